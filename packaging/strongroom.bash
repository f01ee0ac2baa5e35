# Completion of strongroom(1): commands and options, as the program's own --help has them.
_strongroom() {
  local current=${COMP_WORDS[COMP_CWORD]} word
  local -a before=()
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] && break
    before+=("$word")
  done
  local help
  help=$("${COMP_WORDS[0]}" "${before[@]}" --help 2>/dev/null) || return
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(grep -oE '^ +(-[a-z],)?--[a-z-]+' <<<"$help" | grep -oE '\-\-[a-z-]+')" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -W "$(sed -n '/^Subcommands:/,/^$/s/^  \([a-z-]*\).*/\1/p' <<<"$help")" -- "$current")
  fi
}
complete -o default -F _strongroom strongroom
