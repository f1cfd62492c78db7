#!/bin/sh
# For a double click: make the letters of the newest workbook of the input folder, or of the workbook that is dropped on
# this file or given after its name, and open the report. In the project's own folder the program is installed first;
# in a folder laid by `mlds init`, the one that laid it is used. What it says is in French: whoever runs it is.
# shellcheck disable=SC1112 # French has its own apostrophe
set -u

dire() { printf '%s\n' "$*" >&2; }

# finir CODE SENTENCE: the window of a double click closes with its command, so whoever reads it is waited for.
finir() {
    dire "$2"
    if [ -t 0 ] && [ -t 2 ]; then
        printf '%s' 'Appuyez sur Entrée pour fermer cette fenêtre. ' >&2
        read -r _ || :
    fi
    exit "$1"
}

# Python, or `mlds` itself, as the words of a command: neither a folder nor a file of here may pass for the program.
programme() {
    if [ -f .ci/setup ]; then
        "$PWD/.venv/bin/python" -P -m pipeline "$@"
    elif [ -n "$python" ]; then
        "$python" -P -m pipeline "$@"
    else
        mlds "$@"
    fi
}

# Ctrl-C ends the program, which says so, and not this script before its last sentence.
trap : INT

[ $# -le 1 ] || finir 2 'Un seul classeur à la fois : déposez-en un, puis recommencez.'
classeur=${1:-}
case $classeur in
    '' | /*) ;;
    *) classeur=$PWD/$classeur ;;
esac
cd "$(dirname "$(readlink -f "$0" 2>/dev/null || printf '%s' "$0")")" || finir 6 'Ce dossier ne peut pas être ouvert.'

python=
if [ -f .ci/setup ]; then
    sh .ci/setup emploi || finir 1 'Le programme n’est pas installé : les lignes ci-dessus disent pourquoi et que faire.'
else
    [ ! -f .programme ] || IFS= read -r python <.programme || :
    [ -x "$python" ] || python=
    [ -n "$python" ] || command -v mlds >/dev/null ||
        finir 1 'Le programme est introuvable. Installez-le, puis tapez « mlds init . » dans ce dossier.'
fi

programme produire --ouvrir ${classeur:+"$classeur"}
code=$?
case $code in
    0) finir 0 'Terminé : chaque ligne qui doit avoir une lettre a la sienne.' ;;
    1) finir 0 'Terminé, mais des lignes attendent une correction : le rapport les nomme. Les autres ont leur lettre.' ;;
    130) finir 130 'Arrêté à votre demande.' ;;
    *) finir "$code" 'Le programme s’est arrêté : la phrase ci-dessus dit pourquoi, et que faire.' ;;
esac
