"""The command that sends: envoyer."""

from __future__ import annotations

from pathlib import Path
from time import monotonic, sleep

import click

from pipeline.cli.options import CONFIG, DSDEN, SORTIE, command, guarded, now, settings_of
from pipeline.cli.usage import FRENCH_HELP, SENDING_INTERRUPTED, TOUS, TRIAL_INTERRUPTED, Codes, tell
from pipeline.errors import ExitCode


@command(short_help="Montre les envois ; --confirmer les fait.")
@FRENCH_HELP
@CONFIG
@SORTIE
@click.option(
    "--confirmer",
    is_flag=True,
    help="Envoyer. Sans cette option, rien ne part. Avec --deja-envoye ou --pas-envoye : ne pas poser la question.",
)
@DSDEN
@click.option("--essai", metavar="ADRESSE", help="Tout envoyer à cette adresse, la vôtre, et à aucune autre.")
@click.option("--brouillons", is_flag=True, help="Écrire les messages dans des fichiers .eml, à envoyer vous-même.")
@click.option(
    "--complet", is_flag=True,
    help="Envoyer le lot complet, même là où un rectificatif suffit.",
)  # fmt: skip
@click.option(
    "--renvoyer", cls=Codes,
    help="Avec --confirmer : envoyer de nouveau ce qui est déjà parti, ou peut-être parti, pour ces DSDEN.",
)  # fmt: skip
@click.option(
    "--deja-envoye", cls=Codes, alone=TOUS,
    help="Noter que le brouillon de ces DSDEN, sinon leur lot, a été envoyé. Sans code : tous les brouillons.",
)  # fmt: skip
@click.option(
    "--pas-envoye", cls=Codes, alone=TOUS,
    help="Noter que le brouillon de ces DSDEN n’a pas été envoyé et ne le sera pas. Sans code : tous les brouillons.",
)  # fmt: skip
@click.option(
    "--ici", is_flag=True,
    help="Envoyer depuis ce dossier, copié ou déplacé, et plus jamais depuis l’ancien.",
)  # fmt: skip
@guarded
def envoyer(
    config_path: Path, sortie: Path | None, confirmer: bool, dsden: tuple[str, ...], essai: str | None,
    brouillons: bool, complet: bool, renvoyer: tuple[str, ...], deja_envoye: tuple[str, ...],
    pas_envoye: tuple[str, ...], ici: bool,
) -> ExitCode:  # fmt: skip
    """Montre ce qui partirait vers chaque DSDEN ; avec --confirmer, l’envoie.

    Une DSDEN qui a déjà reçu un lot reçoit ensuite ce qui change : le rectificatif. Ce qui est déjà parti ne repart
    pas. Rien ne part sans --confirmer ou --essai.
    """
    from pipeline.cli.envoyer import send_bundles
    from pipeline.cli.screen import Terminal
    from pipeline.progress import Clock
    from pipeline.send.stage import Demande

    config = settings_of(config_path, sortie)
    for codes in (dsden, renvoyer, deja_envoye, pas_envoye):
        config.known_dsden([code for code in codes if code != TOUS])
    demande = Demande(dsden, confirmer, essai, brouillons, renvoyer, complet, deja_envoye, pas_envoye, ici).checked(
        config
    )
    try:
        with Terminal() as terminal:
            return send_bundles(config, demande, Clock(now, sleep, monotonic), terminal)
    except KeyboardInterrupt:
        tell(TRIAL_INTERRUPTED.format(demande.essai) if demande.essai else SENDING_INTERRUPTED)
        return ExitCode.INTERRUPTED
