"""The command line: options in, a French sentence and an exit code out. The only place that reads the clock.

One module a subject, each with its commands. Nothing heavy is imported before a command runs: `mlds --help` answers at
once.
"""

from __future__ import annotations

import click

from pipeline import __version__
from pipeline.cli.envoi import envoyer
from pipeline.cli.poste import diagnostic, init
from pipeline.cli.preuve import controler
from pipeline.cli.production import modele, produire, verifier
from pipeline.terminal.usage import FRENCH_HELP, FrenchGroup


@click.group(cls=FrenchGroup, subcommand_metavar="COMMANDE …")
@FRENCH_HELP
@click.version_option(
    __version__, "--version", prog_name="mlds", message="%(prog)s %(version)s", help="Affiche la version."
)
def main() -> None:
    """Produit les lettres de mission des référents décrochage scolaire, vérifiées et rangées par DSDEN.

    Pour commencer : déposez votre classeur dans le dossier d’entrée, puis lancez « mlds verifier », corrigez ce qui
    est signalé, et lancez « mlds produire ».
    """


for _command in (init, produire, verifier, modele, envoyer, controler, diagnostic):
    main.add_command(_command)
