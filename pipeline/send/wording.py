"""What the messages of a bundle say: the fields of the text's template, and what no template may leave out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.bundle.ready import Bundle
from pipeline.bundle.waiting import still_valid
from pipeline.french.words import euros, jour, pluriel
from pipeline.send.parts import Part
from pipeline.send.text import Said, Text, fill
from pipeline.settings.config import Config
from pipeline.settings.sections import Dsden

_CORRECTION = "correction"
_SCHOOLS = 40
"""Schools that a message names; the summary sheet of the bundle has them all."""


def file_name(config: Config, bundle: Bundle, part: Part, *, ending: str = ".zip") -> str:
    """Return the name of a part's file: ASCII letters, digits, hyphens and underscores, whatever the lot's name."""
    corrective = f"_rectificatif-{bundle.numero}" if bundle.numero else ""
    of_part = f"_partie-{part.number}-sur-{part.count}" if part.count > 1 else ""
    return f"DSDEN-{bundle.dsden}_{config.campagne.annee_scolaire}{corrective}{of_part}{ending}"


def attachment_name(config: Config, bundle: Bundle, part: Part) -> str:
    """Return the name of a part's file as it is attached: an encrypted one says so."""
    return file_name(config, bundle, part, ending="_chiffre.zip" if config.courrier.chiffrement else ".zip")


@dataclass(frozen=True, slots=True)
class Wording:
    """All that decides the text of a bundle's messages, but the part; `source` is the template's."""

    config: Config
    dsden: Dsden
    bundle: Bundle
    correction: date | None
    essai: str | None
    source: str

    @property
    def unseen_copy(self) -> str:
        """Return who receives the messages unseen: the sender, when that is asked for; "" for nobody."""
        courrier = self.config.courrier
        asked = courrier.copie_pour_vous == "expediteur" and self.essai is None
        return courrier.expediteur if asked and courrier.expediteur not in self.dsden.adresses else ""

    def of(self, part: Part, parts: Sequence[Part]) -> Text:
        """Return the subject and the body of one message. Raises TemplateError."""
        text = fill(self.source, self._fields(part, parts), self._said(part, parts), self.config.courrier.modele)
        if self.essai is None:
            return text
        # Not left to the template: a trial must never be taken for the real thing.
        notice = (
            f"ESSAI : ce message n’est parti que vers {self.essai}. Le vrai ira à {', '.join(self.dsden.adresses)}."
        )
        return Text(f"[ESSAI] {text.subject}", f"{notice}\n\n{text.body}")

    def _fields(self, part: Part, parts: Sequence[Part]) -> dict[str, object]:
        """Return the fields of the template: texts, or lists of them; no name of a person is among them."""
        campagne, schools = self.config.campagne, self.bundle.etablissements
        return {
            "dsden": self.dsden.code,
            "nom": self.dsden.nom,
            "intitule": self.dsden.intitule,
            "academie": campagne.academie,
            "annee_scolaire": campagne.annee_scolaire,
            "expediteur": self.config.courrier.nom_expediteur,
            **self._part_fields(part),
            "parties": tuple(self._part_fields(one) for one in parts),
            "total_lettres": self._count,
            "total_montant": euros(self.bundle.montant_total) if self.bundle.letters else "",
            "rectificatif": str(self.bundle.numero or ""),
            "retirees": self._withdrawn,
            "etablissements": schools[:_SCHOOLS],
            "autres_etablissements": pluriel(max(0, len(schools) - _SCHOOLS), "autre")
            if len(schools) > _SCHOOLS
            else "",
            "ensemble": pluriel(self.bundle.ensemble, "lettre"),
            "en_attente": still_valid(self.bundle.en_attente),
            "correction": jour(self.correction) if self.correction else "",
            "chiffre": self.config.courrier.chiffrement,
        }

    @property
    def _count(self) -> str:
        """Return how many letters the bundle brings, "" when a corrective one only withdraws some."""
        return pluriel(self.bundle.letters, "lettre") if self.bundle.letters else ""

    @property
    def _withdrawn(self) -> str:
        """Return how many letters a corrective bundle withdraws, "" for none."""
        count = self.bundle.retirees
        return pluriel(count, "lettre retirée", "lettres retirées") if count else ""

    def _part_fields(self, part: Part) -> dict[str, str]:
        return {
            "partie": part.label,
            "fichier": attachment_name(self.config, self.bundle, part),
            "lettres": pluriel(part.letters, "lettre"),
            "montant": euros(part.montant),
        }

    def _said(self, part: Part, parts: Sequence[Part]) -> Said:
        """Return what the text must say: the counts, the total, the parts and what it corrects, if there are any."""
        fields = self._part_fields(part)
        subject = [part.label] if part.label else []
        body = [fields["fichier"]]
        if self.bundle.letters:
            body += [self._count, euros(self.bundle.montant_total)]
        if self.bundle.numero:
            subject.append(self.bundle.nom)
            body += [self.bundle.nom, self._withdrawn, pluriel(self.bundle.ensemble, "lettre")]
        if part.label:
            body += [part.label, fields["lettres"], fields["montant"]]
            body += [attachment_name(self.config, self.bundle, one) for one in parts]
        if self.correction:
            subject.append(_CORRECTION)
            body += [_CORRECTION, jour(self.correction)]
        return Said(tuple(subject), tuple(body))
