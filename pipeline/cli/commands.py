"""The commands that make letters, or look at what they are made from: produire, verifier, surveiller, modele."""

from __future__ import annotations

from pathlib import Path
from time import monotonic, sleep

import click

from pipeline.cli.options import (
    CLASSEUR,
    CONFIG,
    DSDEN,
    GARDER_DOCX,
    MOTEUR,
    OUVRIR,
    SORTIE,
    STRICT,
    command,
    guarded,
    now,
    settings_of,
    workbook_of,
)
from pipeline.cli.usage import (
    FRENCH_HELP,
    SENDING_INTERRUPTED,
    TOUS,
    TRIAL_INTERRUPTED,
    Codes,
    WholeNumber,
    answered,
    tell,
)
from pipeline.errors import CommandError, ExitCode
from pipeline.files import short


@command(short_help="Produit les lettres en PDF, un lot par DSDEN.")
@FRENCH_HELP
@CLASSEUR
@CONFIG
@SORTIE
@DSDEN
@click.option(
    "--limite", type=WholeNumber(min=1), metavar="N",
    help="Seulement les N premières lettres : un essai, écrit dans un dossier à part.",
)  # fmt: skip
@MOTEUR
@STRICT
@click.option(
    "--remettre", is_flag=True,
    help="Avec un anomalies.xlsx corrigé : le mettre à la place de votre classeur, dont l’ancienne version est gardée.",
)  # fmt: skip
@click.option(
    "--confirmer", is_flag=True,
    help="Accepter sans question que des lettres déjà envoyées soient refaites parce que le gabarit a changé.",
)  # fmt: skip
@click.option("--refaire", is_flag=True, help="Refaire toutes les lettres, même celles que rien n’a changé.")
@GARDER_DOCX
@OUVRIR
@guarded
def produire(
    classeur: Path | None, config_path: Path, sortie: Path | None, dsden: tuple[str, ...], limite: int | None,
    moteur: str | None, strict: bool, remettre: bool, confirmer: bool, refaire: bool, garder_docx: bool, ouvrir: bool,
) -> ExitCode:  # fmt: skip
    """Produit les lettres en PDF, les relit, et fait un lot par DSDEN.

    Sans CLASSEUR : celui du dossier indiqué dans config.toml. S’il y en a plusieurs versions, le programme demande.
    """
    from pipeline.cli.next_step import sending_after
    from pipeline.cli.produire import show_next, show_production
    from pipeline.cli.screen import Terminal, open_report
    from pipeline.cli.which_workbook import in_its_place
    from pipeline.model import Request
    from pipeline.run import produce
    from pipeline.settings.config import ESSAI

    if limite and remettre:
        raise CommandError(
            "« --limite » fait un essai à part, qui ne touche pas à votre classeur, et « --remettre » le remplace : "
            "retirez l’une des deux options."
        )
    config = settings_of(config_path, sortie).with_engine(moteur)
    codes, workbook = config.known_dsden(dsden), workbook_of(classeur, config)
    if limite:
        config = config.in_corner(ESSAI)
    else:
        workbook = in_its_place(workbook, config, remettre, now())
    request = Request(workbook, codes, limite, strict, garder_docx, refaire, lambda asked: confirmer or answered(asked))
    with Terminal() as terminal:
        summary = produce(config, request, now(), terminal)
        show_production(summary, strict, terminal, trial=limite is not None)
        if not limite and summary.exit_code is ExitCode.OK and (ensuite := sending_after(config)):
            show_next(ensuite, terminal)
    if ouvrir:
        open_report(config.dossier_annee / "rapport.html")
    return summary.exit_code


@command()
@FRENCH_HELP
@CLASSEUR
@CONFIG
@SORTIE
@click.option("--detail", is_flag=True, help="Tout montrer : les colonnes comprises, et chaque remarque.")
@OUVRIR
@guarded
def verifier(
    classeur: Path | None, config_path: Path, sortie: Path | None, detail: bool, ouvrir: bool
) -> ExitCode:  # fmt: skip
    """Vérifie le classeur sans rien produire, et dit quoi corriger.

    Sans CLASSEUR : celui du dossier indiqué dans config.toml. S’il y en a plusieurs versions, le programme demande.
    """
    from pipeline.campaign.corrected_copies import report_of
    from pipeline.campaign.workbook import is_meant
    from pipeline.cli.produire import show_columns, show_verification
    from pipeline.cli.screen import Terminal, open_report
    from pipeline.cli.usage import production_of
    from pipeline.run import verify
    from pipeline.settings.config import VERIFICATION
    from pipeline.summarize.machine import columns_of

    campaign = settings_of(config_path, sortie)
    workbook, config = workbook_of(classeur, campaign), campaign.in_corner(VERIFICATION)
    last = report_of(config.dossier_annee)
    with Terminal() as terminal:
        summary = verify(config, workbook, now(), terminal)
        ensuite = production_of(None if is_meant(workbook, campaign) else workbook)
        same = last is not None and last.colonnes == columns_of(summary.table)
        show_columns(summary.table, same and not detail, terminal)
        show_verification(summary, ensuite, detail, terminal)
    if ouvrir:
        open_report(config.dossier_annee / "rapport.html")
    return summary.exit_code


@command(short_help="Produit dès qu’un classeur est enregistré.")
@FRENCH_HELP
@CONFIG
@SORTIE
@DSDEN
@MOTEUR
@STRICT
@GARDER_DOCX
@guarded
def surveiller(
    config_path: Path, sortie: Path | None, dsden: tuple[str, ...], moteur: str | None, strict: bool, garder_docx: bool
) -> ExitCode:
    """Surveille le dossier d’entrée : chaque classeur qu’on y enregistre est produit, comme par « mlds produire ».

    Un classeur est pris quand il n’a plus changé depuis trois secondes. Rien n’est jamais envoyé. Ctrl-C arrête.
    """
    from pipeline.campaign.situation import situation_of
    from pipeline.campaign.watching import inbox_of, watch
    from pipeline.cli.produire import show_production
    from pipeline.cli.screen import Terminal
    from pipeline.model import Request
    from pipeline.progress import Clock
    from pipeline.run import produce

    def make(workbook: Path) -> None:
        """Make the letters of a workbook; config.toml is read anew, so that it may be corrected meanwhile."""
        config = settings_of(config_path, sortie).with_engine(moteur)
        request = Request(workbook, config.known_dsden(dsden), None, strict, garder_docx, agree=answered)
        show_production(produce(config, request, now(), terminal), strict, terminal)

    config = settings_of(config_path, sortie)
    config.known_dsden(dsden)
    found = situation_of(config)
    awaiting = None if found.book.produced or found.corrected else found.book.path
    if found.corrected:
        tell(f"Seul ce que vous enregistrerez sera produit : « {short(found.corrected.path)} » a été corrigé à part.")
    with Terminal() as terminal:
        watch(inbox_of(config.classeur.dossier, awaiting), make, Clock(now, sleep, monotonic), terminal.say)
    return ExitCode.OK


@command()
@FRENCH_HELP
@click.argument("gabarit", required=False, type=click.Path(path_type=Path, readable=False), metavar="[GABARIT]")
@CONFIG
@SORTIE
@click.option(
    "--champs", is_flag=True,
    help="Lister les champs par groupe, avec leur sens et leur valeur dans la première ligne valable du classeur.",
)  # fmt: skip
@click.option("--apercu", is_flag=True, help="Imprimer quelques lettres d’essai, en PDF et en images.")
@click.option(
    "--classeur", type=click.Path(path_type=Path, readable=False), metavar="CLASSEUR",
    help="Le classeur d’où viennent ces valeurs, et les noms les plus longs de l’aperçu.",
)  # fmt: skip
@guarded
def modele(
    gabarit: Path | None, config_path: Path, sortie: Path | None, champs: bool, apercu: bool, classeur: Path | None
) -> ExitCode:  # fmt: skip
    """Vérifie le gabarit Word ; avec --champs, liste ses champs.

    Sans GABARIT : tous ceux de config.toml. S’il a des défauts, une copie les montre en commentaires Word, à leur
    place. Avec --champs seul, rien n’est vérifié.
    """
    from pipeline.cli.screen import Terminal

    config = settings_of(config_path, sortie)
    with Terminal() as terminal:
        terminal.start("Gabarit")
        from pipeline.campaign.templates import Request
        from pipeline.cli.modele import look_at_templates

        sound = look_at_templates(config, Request(gabarit, champs, apercu, classeur), terminal)
    return ExitCode.OK if sound else ExitCode.INPUT


@command(short_help="Montre les envois ; --confirmer les fait.")
@FRENCH_HELP
@CONFIG
@SORTIE
@click.option(
    "--confirmer",
    is_flag=True,
    help="Envoyer aux DSDEN. Sans cette option, rien ne leur part. Avec --deja-envoye ou --pas-envoye : ne pas poser "
    "la question.",
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
