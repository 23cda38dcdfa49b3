// Functions and completion as bash reads them, from 3.2 on (that of Macs).

import {
  commandWords,
  functionLines,
  missing,
  passThroughNames,
  quoted,
  quotedPattern,
  valueCases,
} from './cases.ts';
import type { ShellFunction } from './functions.ts';
import type { CompletedCommand, CompletionModel } from './model.ts';

/** Sourced by interactive shells with any options set, and with aliases of the same names. */
export function bashFunctions(functions: readonly ShellFunction[]): string {
  if (functions.length === 0) return '';
  const { what, next } = missing('bash');
  return `
${functionLines(functions, definable)}

function _ai_there {
  type -P ai >/dev/null && return
  printf '%s\\n' "$1: "${quoted(what)} ${quoted(next)} >&2
  return 127
}
`;
}

/** In POSIX mode bash takes only words of C for names. */
const definable = (name: string): string => (/^\w+$/.test(name) ? '' : '[[ -o posix ]] || ');

/** @param functions those that complete as lines of \`ai\` do */
export function bashCompletion(
  model: CompletionModel,
  functions: readonly ShellFunction[],
): string {
  const names = ['ai', ...functions.map(({ name }) => name)].join(' ');
  return `
function _ai {
  local IFS=$' \\t\\n' cur=$2 command='' first='' previous='' pending='' word='' kind='' dashes='' listed='' glued=''
  local at=0 count=0 added=0
  local words=("\${COMP_WORDS[@]:0:COMP_CWORD}")
  COMPREPLY=()
  case $1 in
${functions.map(({ name, words }) => `    ${name}) words=(ai ${words.join(' ')} "\${COMP_WORDS[@]:1:COMP_CWORD-1}"); added=${words.length} ;;`).join('\n')}
    *) ;;
  esac
  for (( at = 1; at < COMP_CWORD + added; at++ )); do
    word=\${words[at]}
    # Readline takes words apart at these.
    if [[ $word == = || $word == : ]]; then [[ -n $pending ]] || glued=1
    elif [[ -n $glued ]]; then glued=''
    elif [[ -n $pending ]]; then pending=''
    elif [[ -z $dashes && $word == -- ]]; then
      case $command in
        exec) _ai_command_line $(( at + 1 )); return ;;
        ''|${passThroughNames(model).join('|')}) return ;;
      esac
      dashes=1
    elif [[ -z $dashes && $word == -* ]]; then _ai_value
    elif [[ -z $command ]]; then
      case $word in
        ${commandWords(model).join('|')}) command=$word ;;
        *) return ;;
      esac
    else
      case $command in
        exec) _ai_command_line $at; return ;;
        ${passThroughNames(model).join('|')}) return ;;
      esac
      (( count++ )) || first=$word
    fi
    previous=$word
  done
  [[ -z $glued ]] || return
  if [[ $cur == = ]]; then cur=''; fi
  if [[ -n $pending ]]; then kind=$pending
  elif [[ -z $dashes && $cur == -* ]]; then kind=options
  elif [[ -z $command ]]; then
    _ai_listed commands
    _ai_add $listed
    kind=assistants
  else
    case $command/$count/$first in
${model.words.map(([pattern, kind]) => `      ${pattern}) kind=${kind} ;;`).join('\n')}
      *) kind=nothing ;;
    esac
  fi
  _ai_offer
}

function _ai_offer {
  local place=\${DOCKER_AI_CONFIG_HOME:-$HOME/.docker-ai-config}
  case $kind in
    files) return ;;
    command) _ai_command_line $(( COMP_CWORD + added )); return ;;
    directories)
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do [[ -z $word ]] || COMPREPLY+=("$word"); done <<<"$(compgen -d -- "$cur")"
      return ;;
    profiles)
      _ai_add default
      while IFS= read -r word; do
        word=\${word##*/}
        if [[ $word =~ ^[A-Za-z0-9][A-Za-z0-9_-]*$ ]]; then _ai_add "$word"; fi
      done <<<"$(compgen -d -- "$place/profiles/")" ;;
    runs|changes|audit|secrets) _ai_asked $kind ;;
    options) _ai_options; _ai_add $listed ;;
    values) _ai_listed "value.$previous"; _ai_add $listed ;;
    assistants)
      _ai_listed assistants
      _ai_add $listed
      if [[ -r $place/config.yaml && $(<"$place/config.yaml") == *assistants* ]]; then _ai_asked assistants; fi ;;
    *) _ai_listed $kind; _ai_add $listed ;;
  esac
  # Nothing that fits is not a reason to offer files.
  compopt +o default 2>/dev/null || :
}

function _ai_add {
  local one
  for one in "$@"; do if [[ $one == "$cur"* ]]; then COMPREPLY+=("$one"); fi; done
}

# What only a look at the machine tells: a word, a tab, what it is.
function _ai_asked {
  local one rest
  while IFS=$'\\t' read -r one rest; do if [[ -n $one ]]; then _ai_add "$one"; fi; done <<<"$(command ai completion list $1 2>/dev/null </dev/null)"
}

# The rest of the line is another command's, from the word of that number on.
function _ai_command_line {
  if declare -F _command_offset >/dev/null; then _command_offset $(( $1 - added ))
  elif (( $1 == COMP_CWORD + added )); then
    while IFS= read -r word; do [[ -z $word ]] || COMPREPLY+=("$word"); done <<<"$(compgen -c -- "$cur")"
  fi
}

function _ai_value {
  case "$command $word" in
${valueCases(model)
  .map(([patterns, kind]) => `    ${patterns.map(quotedPattern).join('|')}) pending=${kind} ;;`)
  .join('\n')}
    *) pending='' ;;
  esac
}

function _ai_options {
  case $command in
${model.commands.map((command) => `    ${command.name}) listed=${quoted(optionNames(command).join(' '))} ;;`).join('\n')}
    '') listed=${quoted(model.options.flatMap((option) => option.names).join(' '))} ;;
    *) listed='' ;;
  esac
}

function _ai_listed {
  case $1 in
${model.lists.map(([name, words]) => `    ${name}) listed=${quoted(words.map(([word]) => word).join(' '))} ;;`).join('\n')}
    *) listed='' ;;
  esac
}

complete -o default -F _ai ${names}
`;
}

const optionNames = ({ own, takes }: CompletedCommand): readonly string[] => [
  ...own.flatMap((option) => option.names),
  ...takes,
];
