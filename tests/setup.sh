# What the two commands of the README share: installs what is missing on Debian 12, and builds.
# To be sourced. Asks for root only to install packages, and only when some are missing.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build_packages=(gcc cmake ninja-build pkg-config libc6-dev
  libgd-dev libfreetype-dev libpng-dev liblua5.4-dev libsqlite3-dev libcsv-dev libgsl-dev libsodium-dev libjansson-dev libcmocka-dev
  fonts-open-sans fonts-dejavu-core)
test_packages=(sqlite3 minisign python3)

missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

install_missing() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "installing: ${missing[*]}" >&2
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "these packages are missing and sudo is not there to install them: ${missing[*]}" >&2; return 1; }
    as_root=(sudo)
  fi
  { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}"; } >&2
}

# build FOLDER [CMake options] [-- targets]
build() {
  local folder=$1 log=$1/build.log options=() targets=()
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1"); shift; done
  [ $# -gt 0 ] && shift
  targets=("$@")
  mkdir -p "$folder"
  [ -f "$folder/CMakeCache.txt" ] || options+=(-G Ninja) # a folder that was made by hand keeps its generator
  cmake -S "$root" -B "$folder" "${options[@]}" >"$log" 2>&1 || { cat "$log" >&2; return 1; }
  cmake --build "$folder" -j "$(nproc)" ${targets:+--target "${targets[@]}"} >>"$log" 2>&1 ||
    { grep -E 'error|warning|FAILED' "$log" | head -40 >&2; echo "the whole log: $log" >&2; return 1; }
}
