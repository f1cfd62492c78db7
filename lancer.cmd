@echo off
rem For a double click: make the letters of the newest workbook of the input folder, or of the workbook that is dropped
rem on this file, and open the report. Beside pyproject.toml the program is installed first; in a folder laid by
rem "mlds init", the one that laid it is used. ASCII only, and no block between parentheses: cmd.exe loses its place in
rem a file that holds accents, and cuts a block at the first ")" of a path such as "Program Files (x86)".
setlocal EnableExtensions DisableDelayedExpansion
rem The paths in .programme, and what Python says, are in UTF-8.
chcp 65001 >nul
title Lettres de mission
set "CODE=1"
set "CLASSEUR="
if not "%~1"=="" set "CLASSEUR=%~f1"
rem pushd and not cd: a network folder gets a letter.
pushd "%~dp0"
if not exist "%~nx0" goto dossier
if not "%~2"=="" goto plusieurs
if exist "pyproject.toml" goto projet

set "PYTHON="
if exist ".programme" for /f "usebackq delims=" %%p in (".programme") do set "PYTHON=%%p"
if not defined PYTHON goto introuvable
if not exist "%PYTHON%" goto introuvable
goto produire

:projet
set "PYTHON=%CD%\.venv\Scripts\python.exe"
rem The stamp holds the folder: an environment that was moved still leads to the old one.
set "ICI="
if exist ".venv\.pret" for /f "usebackq delims=" %%d in (".venv\.pret") do if /i %%d=="%CD%" set "ICI=oui"
if not exist "%PYTHON%" set "ICI="
if not defined ICI goto installer
fc /b "pyproject.toml" ".venv\pyproject.pret" >nul 2>nul
if "%ERRORLEVEL%"=="0" goto produire

:installer
set "BASE="
py -3 -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul
if "%ERRORLEVEL%"=="0" set "BASE=py -3"
if defined BASE goto environnement
python -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul
if "%ERRORLEVEL%"=="0" set "BASE=python"
if not defined BASE goto sans_python

:environnement
echo Installation du programme, une minute environ. Cela ne se fait qu'une fois.
if not defined ICI if exist ".venv" rmdir /s /q ".venv"
if exist "%PYTHON%" goto bibliotheques
%BASE% -m venv ".venv"
if not "%ERRORLEVEL%"=="0" goto installation

:bibliotheques
"%PYTHON%" -m pip install --quiet --disable-pip-version-check --editable .
if not "%ERRORLEVEL%"=="0" goto installation
copy /y "pyproject.toml" ".venv\pyproject.pret" >nul
>".venv\.pret" echo "%CD%"

:produire
if defined CLASSEUR goto depose
"%PYTHON%" -P -m pipeline produire --ouvrir
goto fini

:depose
"%PYTHON%" -P -m pipeline produire --ouvrir "%CLASSEUR%"

:fini
set "CODE=%ERRORLEVEL%"
if "%CODE%"=="0" goto bien
if "%CODE%"=="1" goto corriger
if "%CODE%"=="130" goto interrompu
echo Le programme n'est pas parvenu au bout : la phrase ci-dessus dit pourquoi, et que faire.
goto fin

:bien
echo C'est fini : chaque ligne qui doit avoir une lettre a la sienne.
goto fin

:corriger
set "CODE=0"
echo C'est fini, mais des lignes attendent une correction : le rapport les nomme. Les autres ont leur lettre.
goto fin

:interrompu
echo Le programme s'est interrompu comme vous l'avez voulu.
goto fin

:dossier
echo Ce dossier ne peut pas s'ouvrir. Copiez-le sur votre ordinateur, puis recommencez.
goto fin

:plusieurs
set "CODE=2"
echo Un seul classeur : choisissez-en un, et recommencez avec lui.
goto fin

:introuvable
echo Le programme est introuvable. Installez-le, puis tapez "mlds init ." dans ce dossier.
goto fin

:sans_python
echo Python manque sur cet ordinateur. Installez la version 3.11, ou une autre qui suit, depuis python.org,
echo puis recommencez.
goto fin

:installation
echo L'installation n'a pas pu se faire. Assurez-vous que le Web est accessible, puis recommencez. Si cela ne change
echo rien, transmettez les lignes ci-dessus au service informatique.

:fin
popd
echo.
echo Appuyez sur une touche pour fermer.
pause >nul
exit /b %CODE%
