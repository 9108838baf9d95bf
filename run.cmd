@echo off
rem The words of `run` on Windows 10 and 11. Here only Python is found; the rest stands in scripts\run_windows.py,
rem because cmd cannot pass a card's text with its bars, quotes and percent signs on without harm.
setlocal EnableExtensions DisableDelayedExpansion
set "PY="
if defined KIOSK_PYTHON set PY="%KIOSK_PYTHON%"
if not defined PY call :try py -3
if not defined PY call :try python
if not defined PY call :try py -3.13
if not defined PY call :try py -3.12
if not defined PY call :try py -3.11
if defined PY goto start
echo run: no Python 3.11, 3.12 or 3.13 found. Install it from https://www.python.org (no administrator needed) 1>&2
echo run: or name one: set KIOSK_PYTHON=C:\path\to\python.exe 1>&2
exit /b 69

:start
%PY% "%~dp0scripts\run_windows.py" %*
exit /b %ERRORLEVEL%

:try
%* -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))" >nul 2>&1
if not errorlevel 1 set "PY=%*"
exit /b 0
