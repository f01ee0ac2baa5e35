# Debian packages by purpose; installs only what is missing. Sourced by ./dev.
#
# A word such as a|b is satisfied by either; the first one that the archive has is installed. So one
# list serves Debian 12 and 13.

declare -A package_groups=(
  [build]="g++ cmake ninja-build ccache mold libboost1.81-dev|libboost1.83-dev
           libboost-json1.81-dev|libboost-json1.83-dev libssl-dev
           libcurl4-openssl-dev|libcurl4-gnutls-dev libsqlite3-dev libsodium-dev libexpected-dev
           libunistring-dev libicu-dev libp11-kit-dev libseccomp-dev pkg-config|pkgconf libtomlplusplus-dev libcli11-dev prometheus-cpp-dev libgtest-dev
           libgmock-dev zlib1g-dev openssl ca-certificates python3 git
           nodejs npm"
  [test]="chromium glewlwyd nginx-light|nginx tinyproxy softhsm2 opensc strace systemd python3-yaml python3-jsonschema python3-jwt python3-cryptography python3-aiosmtpd python3-oauthlib curl prometheus"
  [check]="clang-format clang-tidy clang libclang-rt-dev python3-jsonschema"
  [bench]="nginx-light|nginx wrk"
  [chaos]="strace"
  [package]="dpkg-dev binutils xz-utils debootstrap"
)
readonly glewlwyd_schema=/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz

as_root() {
  if ((EUID == 0)); then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "packages are missing and this is neither root nor is there sudo; as root: apt-get install ${missing[*]}"
  fi
}

# Whether Node and npm are here, from wherever they came.
have_node() {
  local version
  command -v npm >/dev/null && version=$(node --version 2>/dev/null) || return 1
  version=${version#v}
  ((${version%%.*} >= 18))
}

# Sets `missing` to the words of the named groups that nothing installed satisfies.
find_missing() {
  local word alternative installed group
  installed=$(dpkg-query -W -f '${db:Status-Abbrev}|${Package}\n' 2>/dev/null |
              sed -n 's/^ii *|\(.*\)/ \1 /p' | tr -d '\n')
  missing=()
  for group in "$@"; do
    [[ -v package_groups[$group] ]] || die "no such group of packages: $group (${!package_groups[*]})"
    for word in ${package_groups[$group]}; do
      case $word in nodejs|npm) have_node && continue ;; esac
      for alternative in ${word//|/ }; do
        [[ $installed == *" $alternative "* ]] && continue 2
      done
      missing+=("$word")
    done
  done
}

# The first alternative of each missing word that the archive knows.
choose() {
  local word alternative
  for word in "${missing[@]}"; do
    for alternative in ${word//|/ }; do
      [[ $(LC_ALL=C apt-cache policy "$alternative") == *"Candidate: "[^\(]* ]] &&
        { say "$alternative"; continue 2; }
    done
    die "the package archive has none of: ${word//|/, }"
  done
}

# Some of these packages would start services of their own. invoke-rc.d(8) asks this file first.
install_without_services() {
  local policy=/usr/sbin/policy-rc.d ours=no status=0
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
    as_root chmod 755 $policy
    ours=yes
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 install "$@" </dev/null >"$package_log" 2>&1 || status=$?
  [[ $ours == no ]] || as_root rm -f $policy
  return $status
}

# Small images drop /usr/share/doc; glewlwyd ships its database schema there.
restore_glewlwyd_schema() {
  [[ -e $glewlwyd_schema ]] && return
  install_without_services --reinstall \
    -o "Dpkg::Options::=--path-include=/usr/share/doc/glewlwyd/*" glewlwyd ||
    { tail -n 20 "$package_log" >&2; die "could not restore $glewlwyd_schema"; }
}

packages() {
  local -a missing chosen
  local package_log=build/packages.log
  (($#)) || set -- build test check bench chaos package
  find_missing "$@"
  if ((${#missing[@]})); then
    mkdir -p build
    say "installing ${#missing[@]} Debian packages: ${missing[*]%%|*} (this can take minutes; see $package_log)"
    as_root apt-get -qq update >"$package_log" 2>&1 || { tail -n 20 "$package_log" >&2; die "apt-get update failed"; }
    mapfile -t chosen < <(choose)
    ((${#chosen[@]} == ${#missing[@]})) || exit 1
    install_without_services "${chosen[@]}" || { tail -n 20 "$package_log" >&2; die "apt-get install failed"; }
  fi
  if [[ " $* " == *" test "* ]]; then restore_glewlwyd_schema; fi
}
