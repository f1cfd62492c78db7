"""The command line: options in, a French sentence and an exit code out. The only place that reads the clock.

One module a subject, each with its commands. Nothing heavy is imported before a command runs: `mlds --help` answers at
once.
"""

from __future__ import annotations

import click

from pipeline import __version__
from pipeline.cli.commands import envoyer, modele, produire, surveiller, verifier
from pipeline.cli.upkeep import controler, diagnostic, init, journal, purger, suite
from pipeline.cli.usage import FRENCH_HELP, FrenchGroup


@click.group(cls=FrenchGroup, subcommand_metavar="COMMANDE …", invoke_without_command=True)
@FRENCH_HELP
@click.version_option(
    __version__, "--version", prog_name="mlds", message="%(prog)s %(version)s", help="Affiche la version."
)
@click.pass_context
def main(context: click.Context) -> None:
    """Produit les lettres de mission des référents décrochage scolaire, vérifiées et rangées par DSDEN.

    Sans commande : dit où en est la campagne de ce dossier, et quoi faire ensuite. S’y ajoutent : « mlds aide », ou
    « mlds aide produire » ; « mlds version » ; « mlds brouillons », qui écrit les messages sans les envoyer.
    """
    if context.invoked_subcommand is None:
        suite()


for _command in (init, produire, verifier, surveiller, modele, envoyer, journal, controler, purger, diagnostic):
    main.add_command(_command)
