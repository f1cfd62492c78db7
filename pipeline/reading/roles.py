"""The roles that a column may play, the headers they are known under, and what a table must have."""

from __future__ import annotations

ROLES: dict[str, tuple[str, ...]] = {
    "uai": ("uai", "rne", "code uai", "code rne", "no uai", "numero uai", "uai rne", "rne uai", "etab uai",
            "identifiant de l etablissement", "code etablissement", "numero etablissement", "code etab",
            "no rne", "numero rne", "code rne uai", "code uai rne", "uai etablissement", "uai de l etablissement",
            "uai etab", "rne etablissement", "rne de l etablissement", "no etablissement", "no d etablissement",
            "numero d etablissement", "no immatriculation", "no d immatriculation", "numero d immatriculation",
            "numero de l etablissement", "no de l etablissement"),
    "etablissement": ("etablissement", "etab", "nom de l etablissement", "nom etablissement", "appellation",
                      "nom etab", "etablissements", "libelle etablissement", "appellation officielle",
                      "etablissement d affectation", "etablissement d exercice",
                      "etablissement scolaire", "nom complet de l etablissement", "nom de l etab", "libelle etab",
                      "eple", "nom eple", "nom de l eple", "college lycee"),
    "commune": ("commune", "ville", "nom commune", "localite", "commune de l etablissement",
                "ville de l etablissement", "ville etablissement", "commune etablissement", "ville etab",
                "ville de l etab"),
    "departement": ("departement", "dpt", "dept", "dep", "dsden", "code departement"),
    "code_postal": ("code postal", "cp"),
    "chef_civilite": ("civ chef", "civilite chef", "civilite du chef", "civilite chef d etablissement",
                      "civilite du chef d etablissement", "civ chef d etablissement", "titre chef",
                      "civilite ce", "civ ce", "civilite du ce", "civilite perdir"),
    "chef": ("chef d etablissement", "chef etablissement", "principal proviseur", "proviseur principal", "chef",
             "nom du chef d etablissement", "nom chef d etablissement", "nom du chef", "nom chef", "chef d etab",
             "chefs d etablissement", "personnel de direction", "nom et prenom du chef d etablissement",
             "perdir", "principal ou proviseur", "nom du principal ou proviseur", "nom du principal proviseur",
             "chef d ets", "ce", "nom ce", "nom du ce", "nom prenom du chef d etablissement",
             "prenom nom du chef d etablissement", "nom d usage du chef d etablissement", "nom perdir"),
    "chef_prenom": ("prenom chef", "prenom du chef", "prenom du chef d etablissement", "prenom chef d etablissement",
                    "prenom ce", "prenom du ce", "prenom perdir"),
    "chef_fonction": ("qualite chef", "fonction chef", "qualite du chef", "fonction du chef",
                      "fonction du chef d etablissement", "qualite du chef d etablissement"),
    "referent_civilite": ("civilite", "civ", "m mme", "mme m", "titre", "civilite referent", "civ referent",
                          "civilite du referent", "civ du referent",
                          "m mme mlle"),
    "referent": ("referent", "nom prenom", "nom et prenom", "prenom nom", "prenom et nom", "nom prenom referent",
                 "nom et prenom du referent", "nom prenom du referent", "prenom et nom du referent",
                 "referent decrochage", "referent decrochage scolaire", "referent ds", "nom et prenom referent",
                 "nom et prenom du referent decrochage", "nom et prenom du referent decrochage scolaire",
                 "nom prenom du referent decrochage scolaire", "nom prenom du referent decrochage",
                 "identite du referent", "referent mlds", "referent gpds", "nom et prenom du beneficiaire",
                 "nom prenom du beneficiaire"),
    "referent_nom": ("nom", "nom d usage", "nom usage", "nom referent", "nom du referent", "nom usuel",
                     "nom de famille", "nom d usage du referent", "nom d usage referent", "patronyme",
                     "nom du referent decrochage", "nom du referent decrochage scolaire", "nom referent decrochage",
                     "nom du beneficiaire", "nom beneficiaire", "nom patronymique"),
    "referent_prenom": ("prenom", "prenom referent", "prenom du referent", "prenom usuel",
                        "prenom du referent decrochage", "prenom du referent decrochage scolaire",
                        "prenom referent decrochage", "prenom du beneficiaire", "prenom beneficiaire"),
    "referent_fonction": ("fonction", "corps", "discipline", "qualite", "fonction referent", "fonction du referent",
                          "corps discipline", "corps grade", "corps du referent", "discipline du referent"),
    "imp": ("imp", "nb imp", "nombre d imp", "nombre imp", "taux imp", "quotite", "quotite imp", "taux", "nbre imp",
            "nb d imp", "imp ou montant", "taux d imp", "part imp", "parts imp", "nbre d imp",
            "imp attribuee", "imp attribuees", "imp accordee", "imp accordees", "nb d imp attribuees",
            "nombre d imp attribuees", "nombre d imp accordees", "nb imp attribuees", "nombre imp attribuees",
            "taux imp attribue", "taux d imp attribue"),
    "montant": ("montant", "montant imp", "montant annuel", "montant de l imp", "montant annuel brut",
                "montant annuel imp", "euros", "montant brut", "montant euros", "imp euros",
                "montant attribue", "montant alloue", "montant accorde", "indemnite", "montant de l indemnite",
                "montant indemnite", "montant d imp", "montant imp attribue"),
}  # fmt: skip
"""Each role and the headers it is known under, folded: lower case, no accents, signs turned into spaces."""

REQUIRED: tuple[tuple[str, ...], ...] = (
    ("uai",),
    ("etablissement",),
    ("chef",),
    ("referent_nom", "referent"),
    ("imp", "montant"),
)
"""A table can be used when it has one role of each group."""

NAMES: dict[str, str] = {
    "uai": "le numéro UAI (ou RNE) de l’établissement",
    "etablissement": "le nom de l’établissement",
    "commune": "la commune",
    "departement": "le département",
    "code_postal": "le code postal",
    "chef_civilite": "la civilité du chef",
    "chef": "le chef d’établissement",
    "chef_prenom": "le prénom du chef",
    "chef_fonction": "la fonction du chef",
    "referent_civilite": "la civilité du référent",
    "referent_nom": "le nom du référent",
    "referent_prenom": "le prénom du référent",
    "referent": "le nom et le prénom du référent",
    "referent_fonction": "la fonction du référent",
    "imp": "le nombre d’IMP",
    "montant": "le montant de l’IMP",
}
"""What each role is, for messages."""

SEVERAL = ("departement",)
"""Roles that several columns may play: each is checked, under a numbered name (« departement (2) »)."""

MOST_COLUMNS = 9
"""Columns of one role that are kept; a sheet that has more of them is no table of référents."""

NAMES |= {f"{role} ({number})": NAMES[role] for role in SEVERAL for number in range(2, MOST_COLUMNS + 1)}

NEEDED = frozenset({
    "uai", "etablissement", "commune", "chef_civilite", "chef", "chef_prenom", "referent_civilite", "referent",
    "referent_nom", "referent_prenom", "imp", "montant",
})  # fmt: skip
"""The roles that a letter prints: where two columns claim one of them, only a person can say which is right."""
