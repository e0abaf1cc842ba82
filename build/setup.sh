# Shared by ./run, ./test and ./bench/run: says, installs and builds. Needs $root.

say() { printf '%s\n' "communiconnect: $*" >&2; }

# Runs a command and shows what it printed only when it fails.
quietly() {
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then rm -f "$log"; else
    status=$?
    cat "$log" >&2
    rm -f "$log"
    exit "$status"
  fi
}

need() {
  command -v "$1" >/dev/null 2>&1 || { say "missing: $2 ($1)"; exit 1; }
}

# install COMMAND=PACKAGE...: installs the Debian packages of the commands that are not there.
install() {
  packages=
  for pair; do
    command -v "${pair%%=*}" >/dev/null 2>&1 || packages="$packages ${pair#*=}"
  done
  [ -n "$packages" ] || return 0
  if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
    say "missing:$packages (install them, or run this as root once)"
    exit 1
  fi
  say "installing$packages"
  quietly apt-get update
  # shellcheck disable=SC2086 # a list of packages
  DEBIAN_FRONTEND=noninteractive quietly apt-get install --yes --no-install-recommends $packages
}

# Whether anything below the paths is newer than the stamp, or gone since: a file that leaves changes its folder.
changed_since() {
  newer=$1
  shift
  [ -e "$newer" ] || return 0
  (cd "$root" && find "$@" \( -name node_modules -o -name dist -o -name obj -o -name bin \) -prune -o -newer "$newer" -print | grep -q .)
}

build_client() {
  client=$root/src/CommuniConnect.Client
  install node=nodejs npm=npm
  if [ ! -d "$client/node_modules" ] || [ "$client/package-lock.json" -nt "$client/node_modules" ]; then
    say "fetching the packages of the pages"
    (cd "$client" && quietly npm ci --no-audit --no-fund && touch node_modules)
  fi
  say "building the pages"
  (cd "$client" && quietly npm run build)
}
