// Functions and completion as zsh reads them.

import {
  commandWords,
  functionLines,
  listedOptions,
  missing,
  passThroughNames,
  quoted,
  quotedPattern,
  valueCases,
} from './cases.ts';
import type { ShellFunction } from './functions.ts';
import type { CompletionModel, Listed } from './model.ts';

/** Sourced by interactive shells with any options set, and with aliases of the same names. */
export function zshFunctions(functions: readonly ShellFunction[]): string {
  if (functions.length === 0) return '';
  const { what, next } = missing('zsh');
  return `
${functionLines(functions)}

function _ai_there {
  whence -p ai >/dev/null && return
  print -rlu2 -- "$1: "${quoted(what)} ${quoted(next)}
  return 127
}
`;
}

/** @param functions those that complete as lines of \`ai\` do */
export function zshCompletion(model: CompletionModel, functions: readonly ShellFunction[]): string {
  const names = ['ai', ...functions.map(({ name }) => name)].join(' ');
  return `
function _ai {
  local command= first= pending= word= kind= dashes=
  local -i at=0 count=0
  local -a listed
  case $service in
${functions.map(({ name, words }) => `    ${name}) words=(ai ${words.join(' ')} "\${(@)words[2,-1]}"); (( CURRENT += ${words.length} )) ;;`).join('\n')}
    *) ;;
  esac
  for (( at = 2; at < CURRENT; at++ )); do
    word=$words[at]
    if [[ -n $pending ]]; then pending=
    elif [[ -z $dashes && $word == -- ]]; then
      case $command in
        exec) _ai_command_line $(( at + 1 )); return ;;
        ''|${passThroughNames(model).join('|')}) _files; return ;;
      esac
      dashes=1
    elif [[ -z $dashes && $word == -* ]]; then
      [[ $word == *=* ]] || _ai_value
    elif [[ -z $command ]]; then
      case $word in
        ${commandWords(model).join('|')}) command=$word ;;
        *) _files; return ;;
      esac
    else
      case $command in
        exec) _ai_command_line $at; return ;;
        ${passThroughNames(model).join('|')}) _files; return ;;
      esac
      (( count++ )) || first=$word
    fi
  done
  word=$words[CURRENT]
  if [[ -n $pending ]]; then kind=$pending
  elif [[ -z $dashes && $word == --*=* ]]; then
    word=\${word%%=*}
    _ai_value
    kind=$pending
    compset -P '*='
  elif [[ -z $dashes && $word == -* ]]; then
    _ai_options
    _describe -o option listed
    return
  elif [[ -z $command ]]; then
    _ai_listed commands
    _describe -t commands command listed
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
  local place=\${DOCKER_AI_CONFIG_HOME:-$HOME/.docker-ai-config} one=
  case $kind in
    nothing) _message 'nothing to list here'; return ;;
    files) _files; return ;;
    directories) _files -/; return ;;
    command) _ai_command_line $CURRENT; return ;;
    profiles)
      # compsys has set null_glob.
      for one in $place/profiles/*/; do listed+=(\${\${one%/}:t}); done
      listed=(default \${(M)listed:#[A-Za-z0-9]*}) listed=(\${listed:#*[^A-Za-z0-9_-]*}) ;;
    runs|changes|audit|secrets) _ai_asked $kind ;;
    values) _ai_listed value.$words[CURRENT-1] ;;
    assistants)
      _ai_listed assistants
      [[ -r $place/config.yaml && "$(<$place/config.yaml)" == *assistants* ]] && _ai_asked assistants ;;
    *) _ai_listed $kind ;;
  esac
  _describe -t $kind \${kind//./ } listed
}

# What only a look at the machine tells: a word, a tab, what it is.
function _ai_asked { listed+=(\${\${(f)"$(command ai completion list $1 2>/dev/null </dev/null)"}/$'\\t'/:}); }

# The rest of the line is another command's, from the word of that number on.
function _ai_command_line { shift $(( $1 - 1 )) words; (( CURRENT -= $1 - 1 )); _normal; }

function _ai_value {
  case "$command $word" in
${valueCases(model)
  .map(([patterns, kind]) => `    ${patterns.map(quotedPattern).join('|')}) pending=${kind} ;;`)
  .join('\n')}
    *) pending= ;;
  esac
}

function _ai_options {
  local -a own all; local taken= one=
  all=(${listedOptions(model.options).map(entry).join('\n    ')})
  case $command in
${model.commands
  .map(
    ({ name, own, takes }) =>
      `    ${name}) taken=' ${takes.join(' ')} '${own.length === 0 ? '' : `; own=(${listedOptions(own).map(entry).join(' ')})`} ;;`,
  )
  .join('\n')}
    '') listed=($all); return ;;
    *) ;;
  esac
  listed=($own)
  for one in $all; do [[ $taken == *" \${one%%:*} "* ]] && listed+=($one); done
}

function _ai_listed {
  case $1 in
${model.lists.map(([name, words]) => `    ${name}) listed=(${words.map(entry).join(' ')}) ;;`).join('\n')}
    *) listed=() ;;
  esac
}

function _ai_register { (( \${+functions[compdef]} )) && compdef _ai ${names}; }
# Where compinit comes later, or never.
function _ai_late { if _ai_register; then precmd_functions=(\${precmd_functions:#_ai_late}); fi; }
if [[ \${funcstack[1]-} == _ai ]]; then _ai "$@"
elif ! _ai_register; then precmd_functions+=(_ai_late); fi
`;
}

/** As _describe wants it. */
const entry = ([word, help]: Listed): string =>
  quoted(help === undefined ? word : `${word}:${help.replaceAll('\\', '\\\\')}`);
