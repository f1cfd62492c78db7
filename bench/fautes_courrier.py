"""Every fault of a mail server, one campaign of eight DSDEN each: what becomes of it, what is said, how long it takes.

Real servers on the loopback (those of the tests), the real command. The waits between tries are added up and not slept,
and the deadlines are divided by `--vite`. The duration shown is with the real ones: waits, a whole deadline for each
silence, and what the rest really took. `--vite 1` divides nothing.
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import ssl
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, ClassVar

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / folder) for folder in ("", "tests")]

from cas_courrier import CAS, CODES, COMPTE, DOMAINE, RACINE, Cas, boite  # noqa: E402

from pipeline.cli.commands import envoyer  # noqa: E402
from pipeline.journal.sendings import Etat  # noqa: E402
from pipeline.send.delivery import Patience  # noqa: E402
from pipeline.send.faults import Faute, Issue  # noqa: E402
from pipeline.send.message import Message  # noqa: E402
from pipeline.send.smtp import Line  # noqa: E402
from pipeline.settings.config import Config  # noqa: E402
from support.mail_servers.certificates import Certificates, make_certificates  # noqa: E402
from support.mail_servers.faulty import HOST, FaultyServer  # noqa: E402
from support.mail_servers.scripted import ScriptedServer  # noqa: E402
from support.ready_campaign import Sending, settings, write_campaign  # noqa: E402

VRAIE = Patience()


class _Chronometree(Line):
    """The line, that counts its silences by the deadline that each ran into."""

    silences: ClassVar[Counter[str]] = Counter()

    @contextmanager
    def _compte(self) -> Iterator[None]:
        try:
            yield
        except Faute as faute:
            if faute.muette:
                self.silences["verdict" if faute.issue is Issue.INCERTAINE else "answer"] += 1
            raise

    def open(self) -> Any:
        """Count, and open."""
        if self._smtp is not None and not self._smtp.has_spoken():
            return self._smtp
        with self._compte():
            return super().open()

    def hand_over(self, message: Message, before_last: Callable[[], None]) -> str:
        """Count, and hand over."""
        self.open()
        with self._compte():
            return super().hand_over(message, before_last)


def main() -> None:
    """Show each fault; end with 1 when a message was lost or doubled, or the journal lies."""
    lecteur = argparse.ArgumentParser(description="Montre chaque faute d’un serveur d’envoi, avec sa durée.")
    lecteur.add_argument("--vite", type=float, default=30, help="par combien les délais sont divisés (30)")
    lecteur.add_argument("--seulement", default="", help="les fautes dont le nom contient ce texte")
    choix = lecteur.parse_args()
    os.environ["MLDS_MOT_DE_PASSE_SMTP"] = COMPTE[1]
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    envoyer.Line = _Chronometree  # type: ignore[misc]
    waits = ", ".join(f"{wait:g}" for wait in VRAIE.waits)
    print(
        f"Huit DSDEN. Délais divisés par {choix.vite:g}, attentes additionnées sans être dormies. La durée montrée est "
        f"celle des vrais délais : {VRAIE.answer:g} s par réponse, {VRAIE.verdict:g} s après le dernier octet, "
        f"attentes {waits} s.\n"
    )
    cas = [one for one in CAS if choix.seulement in one.nom]
    with tempfile.TemporaryDirectory(prefix="banc-mlds-") as nom:
        certificats = make_certificates(Path(nom))
        surs = [_montrer(rang, one, Path(nom), certificats, choix.vite) for rang, one in enumerate(cas, start=1)]
    print(f"\n{len(cas)} fautes, {sum(surs)} sûres : ni message perdu, ni message parti deux fois.")
    sys.exit(not all(surs))


def _montrer(rang: int, cas: Cas, dossier: Path, certificats: Certificates, vite: float) -> bool:
    """Run one fault and print what came of it; return whether it was safe."""
    with _serveur(cas, certificats) as serveur:
        config = _campagne(dossier / f"{rang}", cas, serveur.port, certificats)
        envoi = Sending(config, Patience(VRAIE.answer / vite, VRAIE.verdict / vite, VRAIE.waits, VRAIE.total))
        _Chronometree.silences.clear()
        debut = time.perf_counter()
        code = envoi.run()
        reel = time.perf_counter() - debut
    silences = _Chronometree.silences
    delais = silences["answer"] * VRAIE.answer + silences["verdict"] * VRAIE.verdict
    duree = sum(envoi.waits) + delais + max(0.0, reel - delais / vite)
    etats = Counter(one.etat for one in envoi.journal)
    sur = _est_sur(envoi, getattr(serveur, "received", None))
    fin = ", ".join(f"{combien} {etat}" for etat, combien in etats.items())
    attendu = f"attentes {sum(envoi.waits):g} s, {sum(silences.values())} silence(s)"
    print(f"{rang:2}. {cas.nom} : {_en_minutes(duree)} ({attendu})")
    print(f"    code {code} ; {fin} ; {'sûr' if sur else 'PAS SÛR'}")
    for ligne in dict.fromkeys(envoi.said.splitlines()):
        if ligne.startswith(("✘ DSDEN", "Pas tenté", "Les messages sont")):
            print(f"    {ligne}")
    return sur


def _en_minutes(secondes: float) -> str:
    minutes, reste = divmod(round(secondes), 60)
    return f"{minutes} min {reste:02} s" if minutes else f"{secondes:.1f} s"


def _est_sur(envoi: Sending, pris: list[Any] | None) -> bool:
    """Tell whether what the journal says is what the server took: nothing lost, nothing twice."""
    if pris is None:
        return True
    arrives = Counter((message.recipients[0], message.data) for message in pris)
    sures = Counter(one.adresse.split(", ")[0] for one in envoi.journal if one.etat is Etat.ENVOYE)
    doutes = Counter(one.adresse.split(", ")[0] for one in envoi.journal if one.etat is Etat.INCERTAIN)
    par_boite = Counter(adresse for adresse, _ in arrives)
    attendus = all(sures[box] <= par_boite[box] <= sures[box] + doutes[box] for box in {*par_boite, *sures})
    return attendus and max(arrives.values(), default=1) == 1


def _serveur(cas: Cas, certificats: Certificates) -> AbstractContextManager[Any]:
    if cas.script:
        return ScriptedServer(cas.script)
    context: ssl.SSLContext = getattr(certificats, cas.certificat)
    compte = None if cas.serveur.get("tls") == "aucune" else COMPTE
    return FaultyServer(*cas.fautes, **{"context": context, "account": compte, **cas.serveur})


def _campagne(dossier: Path, cas: Cas, port: int, certificats: Certificates) -> Config:
    """Return the settings of a campaign of eight DSDEN that is ready to leave."""
    dossier.mkdir()
    shutil.copytree(RACINE / "templates", dossier / "templates")
    shutil.copy(RACINE / "config.toml", dossier)
    reglages = {"serveur": HOST, "port": port, "utilisateur": COMPTE[0], "autorite": str(certificats.authority)}
    config = settings(dossier, DOMAINE, **{**reglages, **cas.reglages})
    une = config.dsden[0]
    dsden = tuple(une.model_copy(update={"code": code, "courriel": (boite(code),)}) for code in CODES)
    dsden = (dsden[0].model_copy(update=cas.dsden), *dsden[1:])
    config = config.model_copy(update={"dsden": dsden})
    write_campaign(config, cas.tailles)
    return config


if __name__ == "__main__":
    main()
