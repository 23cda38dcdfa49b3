// Functions and completion as fish reads them.

import { commandWords, listedOptions, missing, passThroughNames, valueCases } from './cases.ts';
import type { ShellFunction } from './functions.ts';
import type { CompletionModel, Listed } from './model.ts';

export function fishFunctions(functions: readonly ShellFunction[]): string {
  if (functions.length === 0) return '';
  const { what, next } = missing('fish');
  return `
${functions
  .map(
    ({ name, words }) => `function ${name} --description 'ai ${words.join(' ')}'
    __ai_there ${name}; or return
    command ai ${words.join(' ')} $argv
end`,
  )
  .join('\n')}

function __ai_there
    command -q ai; and return
    printf '%s\\n' "$argv[1]: "${quoted(what)} ${quoted(next)} >&2
    return 127
end
`;
}

/** @param functions those that complete as lines of \`ai\` do */
export function fishCompletion(
  model: CompletionModel,
  functions: readonly ShellFunction[],
): string {
  return `
function __ai_complete
    set -l tokens (commandline -opc)
    set -l current (commandline -ct)
    set -e tokens[1]
    set tokens $argv $tokens
    set -l command ''
    set -l first ''
    set -l previous ''
    set -l pending ''
    set -l dashes ''
    set -l count 0
    set -l kind
    while set -q tokens[1]
        set -l word $tokens[1]
        if test -n "$pending"
            set pending ''
        else if test -z "$dashes" -a "$word" = --
            switch "$command"
                case exec
                    __ai_command_line $tokens[2..]
                    return
                case '' ${passThroughNames(model).join(' ')}
                    __fish_complete_path "$current"
                    return
            end
            set dashes 1
        else if test -z "$dashes"; and string match -q -- '-*' "$word"
            string match -q -- '*=*' "$word"; or set pending (__ai_value "$command $word")
        else if test -z "$command"
            switch "$word"
                case ${commandWords(model).join(' ')}
                    set command $word
                case '*'
                    __fish_complete_path "$current"
                    return
            end
        else
            switch "$command"
                case exec
                    __ai_command_line $tokens
                    return
                case ${passThroughNames(model).join(' ')}
                    __fish_complete_path "$current"
                    return
            end
            test $count -eq 0; and set first $word
            set count (math $count + 1)
        end
        set previous $word
        set -e tokens[1]
    end
    set -l before ''
    if test -n "$pending"
        set kind $pending
    else if test -z "$dashes"; and string match -q -- '--*=*' "$current"
        set -l parts (string split -m 1 = -- "$current")
        set before "$parts[1]="
        set current "$parts[2]"
        set kind (__ai_value "$command $parts[1]")
    else if test -z "$dashes"; and string match -q -- '-*' "$current"
        __ai_options "$command"
        return
    else if test -z "$command"
        __ai_listed commands
        set kind assistants
    else
        switch "$command/$count/$first"
${model.words.map(([pattern, kind]) => `            case '${pattern}'\n                set kind ${kind}`).join('\n')}
        end
    end
    set -l found (__ai_offer "$kind" "$current" "$previous")
    set -q found[1]; and printf '%s\\n' $before$found
end

function __ai_offer --argument-names kind current previous
    set -l place ~/.docker-ai-config
    set -q DOCKER_AI_CONFIG_HOME; and test -n "$DOCKER_AI_CONFIG_HOME"; and set place $DOCKER_AI_CONFIG_HOME
    switch "$kind"
        case '' nothing
            return
        case files
            __fish_complete_path "$current"
        case directories
            __fish_complete_directories "$current" ''
        case command
            __ai_command_line
        case profiles
            echo default
            for one in $place/profiles/*/
                string match -rq '/(?<name>[A-Za-z0-9][A-Za-z0-9_-]*)/$' -- $one; and echo $name
            end
        case runs changes audit secrets
            command ai completion list $kind 2>/dev/null </dev/null
        case values
            __ai_listed "value.$previous"
        case assistants
            __ai_listed assistants
            test -r "$place/config.yaml"; and string match -q '*assistants*' <"$place/config.yaml"
            and command ai completion list assistants 2>/dev/null </dev/null
        case '*'
            __ai_listed $kind
    end
end

# The rest of the line is another command's.
function __ai_command_line
    set -l line (string escape -- $argv)
    complete -C (string join ' ' -- $line (commandline -ct))
end

function __ai_value
    switch "$argv"
${valueCases(model)
  .map(
    ([patterns, kind]) =>
      `        case ${patterns.map(quoted).join(' ')}\n            echo ${kind}`,
  )
  .join('\n')}
    end
end

function __ai_options
    set -l taken
    switch "$argv"
${model.commands
  .map(({ name, own, takes }) =>
    [
      `        case ${name}`,
      `            set taken ${takes.join(' ')}`,
      ...(own.length === 0 ? [] : [`            ${printed(listedOptions(own))}`]),
    ].join('\n'),
  )
  .join('\n')}
        case ''
            __ai_all_options
            return
    end
    __ai_all_options | while read -l -d \\t option help
        contains -- $option $taken; and printf '%s\\t%s\\n' $option $help
    end
end

function __ai_all_options
    ${printed(listedOptions(model.options))}
end

function __ai_listed
    switch "$argv"
${model.lists.map(([name, words]) => `        case ${name}\n            ${printed(words)}`).join('\n')}
    end
end

complete -c ai -f -a '(__ai_complete)'
${functions.map(({ name, words }) => `complete -c ${name} -f -a '(__ai_complete ${words.join(' ')})'`).join('\n')}
`;
}

const printed = (words: readonly Listed[]): string =>
  words.every(([, help]) => help === undefined)
    ? `printf '%s\\n' ${words.map(([word]) => quoted(word)).join(' ')}`
    : `printf '%s\\t%s\\n' ${words.map(([word, help = '']) => `${quoted(word)} ${quoted(help)}`).join(' ')}`;

/** In single quotes of fish a backslash counts before a quote or another one. */
const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
