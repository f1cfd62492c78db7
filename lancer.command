#!/bin/sh
# For a double click on macOS; lancer.sh does the work.
exec sh "$(dirname "$0")/lancer.sh" "$@"
