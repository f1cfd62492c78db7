"""What cells hold: amounts, fractions, errors, names, signs that nobody sees."""

from __future__ import annotations

from datetime import time

from support import workbooks as c
from support.awkward.expected import A, L, S, case, saved
from support.awkward.making import GOOD_BOOK, L2, TWO, UAI93, raw, strict
from support.workbooks import HEAD, ROW, row, table, text_table, xlsx
from support.xlsb import Error, FormulaError, Xlsb


def euros(written: object) -> bytes:
    """The good row with another amount, and no number of IMP."""
    return table(row(imp=None, montant=written))


def imps(written: object) -> bytes:
    """The good row with another number of IMP, and no amount."""
    return table(row(imp=written, montant=None))


TAUX_PLEIN, QUART = L(imp="1 IMP, 1 250,00 €"), L(imp="1/4 IMP, 312,50 €")

# fmt: off
CELLS = [
    *(case(f"montant {text!r}", euros(text), TAUX_PLEIN) for text in ("1 250,00 €", "1\u00a0250,00\u00a0€", "1\u202f250 euros", "1\u2009250,00€", "1\u2007250", "1250.00", 1250, "€ 1250", "1.250,00", "1250 € brut", "1 250,-", "1 IMP soit 1250 €", "taux plein", " 1250,0 EUR ")),
    *(case(f"montant {text!r}", euros(text), QUART, A("montant_inhabituel", "L2")) for text in ("312,5", 312.5, "312,50 €")),
    *(case(f"montant {text!r}", euros(text), A("montant_illisible", "L2")) for text in ("12 50", "1,250", "1e3", "1250,0,0", "−50", "-50", -50, True, "True", "inf", "625 / 1250", "+625")),
    case("montant hors barème", euros(600), A("montant_hors_bareme", "L2")),
    case("montant qui contredit le nombre", table(row(montant=1250)), A("montant_contradictoire", "L2")),
    *(case(f"IMP {text!r}", imps(text), L()) for text in ("1/2", "½", "0,5", 0.5, "demi", "50 %", "1/2 IMP", "½ IMP", "demi-taux", "0.5")),
    *(case(f"IMP {text!r}", imps(text), A("imp_illisible", "K2")) for text in ("1/2/3", "1e-1", "-1", True)),
    case("IMP « 1½ »", imps("1½"), A("imp_illisible", "K2")),
    *(case(f"date dans un csv : {text}", text_table([HEAD, row(imp=text)]), A("imp_date", "K2"), file="t.csv") for text in ("01/02/2026", "01-févr", "2026-02-01 0:00:00")),
    case("1/2 devenu une date", raw('s="1" t="d"|<v>2026-02-01</v>', "imp"), A("imp_date", "K2")),
    case("0,5 affiché comme une heure", imps(time(12)), L()),
    case("sans IMP", imps("sans IMP"), L(imp="sans IMP"), A("sans_imp", "K2")),
    case("Pacte", imps("Pacte"), A("pacte", "K2")),
    case("formule jamais calculée", table(row(montant="=600+25")), A("cellule_en_erreur", "L2")),
    case("formules calculées", raw("|<f>600+25</f><v>625</v>"), L()),
    case("que des formules jamais calculées", xlsx([[f"=Source!{letter}{line}" for letter in "ABCDEFGHIJKL"] for line in (1, 2)]), S("les formules de ce classeur n’ont jamais été calculées")),
    case("une dernière ligne de formules jamais calculées", table(ROW, [f"=A{n}" for n in range(12)]), L(), *(A("cellule_en_erreur", f"{letter}3") for letter in "ABCDEFGHIJKL")),
    *(case(f"erreur {text}", raw(f't="e"|<v>{text}</v>'), A("cellule_en_erreur", "L2")) for text in ("#REF!", "#N/A", "#DIV/0!", "#NAME?")),
    case("erreur en Open XML strict", strict(raw('t="e"|<v>#REF!</v>')), A("cellule_en_erreur", "L2")),
    case("erreur dans une feuille nommée en capitales", c.zipped({n.replace("sheet1", "Sheet1"): d for n, d in c.parts_of(raw('t="e"|<v>#REF!</v>')).items()}), A("cellule_en_erreur", "L2")),
    case("erreurs en xlsb", Xlsb([HEAD, row(montant=FormulaError("#REF!")), row(imp=Error("#N/A"))]).content(), A("cellule_en_erreur", "L2"), A("cellule_en_erreur", "K3"), file="t.xlsb"),
    case("erreur en xls", saved("xls", table(row(montant="=1/0"))), A("cellule_en_erreur", "L2"), file="t.xls"),
    case("erreur en ods", saved("ods", table(row(montant="=1/0"))), A("cellule_en_erreur", "L2"), file="t.ods"),
    case("erreur en csv", text_table([HEAD, row(montant="#REF!")]), A("cellule_en_erreur", "L2"), file="t.csv"),
    case("_x000D_", table(row(referent_nom="Exemple_x000D_", etablissement="Collège_x000D_\ndes Tilleuls")), L()),
    *(case(f"M. {name}", table(row(referent_nom=name)), L(referent=f"Mme Anne {name}")) for name in ("Null", "None", "Vrai", "Nan", "N’Diaye")),
    case("M. NA", table(row(referent_nom="NA")), L(referent="Mme Anne Na")),
    case("M. Vrai, que le tableur a pris pour un booléen", table(row(referent_nom=True)), L(referent="Mme Anne Vrai")),
    case("texte mis en forme par morceaux", c.shared_texts(table(row(referent_nom="@0")), '<r><t>Exem</t></r><r><rPr><b/></rPr><t>ple</t></r><rPh sb="0" eb="1"><t>phonétique</t></rPh>'), L()),
    case("signes invisibles et de contrôle", table(row(referent_nom="Ex\u200bem\u00adple\ufeff", chef="Paul\u202e Modèle")), L()),
    case("signe de contrôle interdit en XML", c.patched(GOOD_BOOK, lambda xml: xml.replace("Exemple", "Exem&#7;ple")), S("ce classeur est abîmé ou incomplet")),
    case("accents décomposés", table(row(etablissement="Colle\u0300ge des Tilleuls", chef="Paul Mode\u0300le")), L()),
    case("espaces en trop, insécables", table(row(referent_nom=" Exemple\u00a0", chef="Paul\u00a0 Modèle")), L()),
    case("capitales, particules", table(row(referent_nom="DE LA TOUR D'AUVERGNE", referent_prenom="ANNE-LISE")), L(referent="Mme Anne-Lise de La Tour d’Auvergne")),
    case("minuscules, nom double", table(row(referent_nom="le bris-kerhervé", referent_prenom="anne")), L(referent="Mme Anne Le Bris-Kerhervé")),
    case("nom aux capitales voulues", table(row(referent_nom="McArthur DuPont")), L(referent="Mme Anne McArthur DuPont")),
    case("Van den Berghe", table(row(referent_nom="VAN DEN BERGHE")), L(referent="Mme Anne Van den Berghe")),
    *(case(f"texte qui commence par {sign}", text_table([HEAD, row(referent_nom=f"{sign}Exemple")]), A("nom_signes", "H2"), file="t.csv") for sign in "=+@"),
    case("nom qui commence par un tiret", text_table([HEAD, row(referent_nom="-Exemple")]), L(referent="Mme Anne -Exemple"), A("nom_douteux", "H2"), file="t.csv"),
    case("nom avec des chiffres", table(row(referent_nom="Exemple2")), A("nom_signes", "H2")),
    case("nom qui est un nombre", table(row(referent_nom=12)), A("nom_signes", "H2")),
    case("UAI en minuscules, avec des espaces, sans son zéro", table(row(uai="779999a"), [f" 093 9999 {UAI93[-1].lower()}", *TWO[1:]]), L(), L2),
    case("UAI dont la clé est fausse", table(row(uai="0779999D")), A("uai_cle", "A2")),
    case("« & » et « < » dans un nom d’école", table(row(etablissement="Lycée A & B <Sud>")), L(ecole="Lycée A & B <Sud>")),
]
# fmt: on
