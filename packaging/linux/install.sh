#!/bin/sh
# Makes the checkout's emadina-gis appear in the menu and open .emadina files, for this person only.
# Undo with: packaging/linux/install.sh --remove
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
share=${XDG_DATA_HOME:-$HOME/.local/share}
program=$root/.venv/bin/emadina-gis
sizes="16 32 48 64 128 256 512"

refresh() {
  if command -v update-mime-database >/dev/null; then update-mime-database "$share/mime"; fi
  if command -v update-desktop-database >/dev/null; then
    update-desktop-database "$share/applications"
  fi
}

if [ "${1:-}" = "--remove" ]; then
  rm -f "$share/applications/emadina-gis.desktop" "$share/mime/packages/emadina-gis.xml" \
    "$share/icons/hicolor/scalable/apps/emadina-gis.svg"
  for size in $sizes; do
    rm -f "$share/icons/hicolor/${size}x$size/apps/emadina-gis.png"
  done
  refresh
  echo "Removed."
  exit 0
fi

if [ ! -x "$program" ]; then
  echo "Run 'make run' once first: $program is not there." >&2
  exit 1
fi

mkdir -p "$share/applications" "$share/mime/packages" "$share/icons/hicolor/scalable/apps"
sed "s|^Exec=emadina-gis|Exec=\"$program\"|" "$root/packaging/linux/emadina-gis.desktop" \
  >"$share/applications/emadina-gis.desktop"
cp "$root/packaging/linux/emadina-gis.xml" "$share/mime/packages/"
cp "$root/resources/icons/emadina.svg" "$share/icons/hicolor/scalable/apps/emadina-gis.svg"
for size in $sizes; do
  mkdir -p "$share/icons/hicolor/${size}x$size/apps"
  cp "$root/packaging/icons/emadina-$size.png" \
    "$share/icons/hicolor/${size}x$size/apps/emadina-gis.png"
done
refresh
echo "Installed for you: emadina in the menu, .emadina files open with it."
