# An assistant in a project's own image: what is its own, the Node that it runs on, and the everyday tools that are missing there.

ARG AI_IMAGE
ARG IMAGE
FROM ${AI_IMAGE} AS carry
ARG BUILD
LABEL ai.stage=fetch ai.build=${BUILD}
USER root
RUN : "the assistant and its Node"; set -eu; node=$(command -v node) || exit 0; mkdir -p /opt/ai/node/bin; cp -L "$node" /opt/ai/node/bin/node; \
  # Its programs run on that Node, whatever else is called so there.
  for link in /opt/ai/assistant/bin/*; do \
    file=$(readlink -f "$link"); \
    [ "$(head -c 2 "$file")" = '#!' ] || continue; \
    sed -i -e '1s|^#! */usr/bin/env node *$|#!/opt/ai/node/bin/node|' \
      -e '1s|^#! */usr/bin/env -S node |#!/usr/bin/env -S /opt/ai/node/bin/node |' "$file"; \
  done

FROM ${IMAGE}
SHELL ["/bin/sh", "-c"]
USER root
COPY --from=carry /opt/ai /opt/ai
RUN : "what the assistant needs there"; set -eu; \
  if [ -e /opt/ai/node/bin/node ] && ! /opt/ai/node/bin/node -e '' 2>/tmp/ai-node; then \
    if ls /lib/ld-musl-* >/dev/null 2>&1; then why="it is built on musl (Alpine), and assistants need glibc"; \
    else why="Node does not run in it: $(head -n 1 /tmp/ai-node)"; fi; \
    echo "ai-unfit: $why" >&2; exit 1; \
  fi; \
  rm -f /tmp/ai-node; \
  missing=; \
  for pair in git:git ssh:openssh-client rg:ripgrep socat:socat curl:curl jq:jq ps:procps; do \
    command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair#*:}"; \
  done; \
  [ -s /etc/ssl/certs/ca-certificates.crt ] || missing="$missing ca-certificates"; \
  if [ -n "$missing" ] && command -v apt-get >/dev/null; then \
    export DEBIAN_FRONTEND=noninteractive; \
    apt-get -o APT::Update::Error-Mode=any -o Acquire::Retries=3 update; \
    apt-get -o Acquire::Retries=3 install -y --no-install-recommends $missing; \
    rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log /var/cache/debconf/*-old; \
  elif [ -n "$missing" ]; then \
    command -v git >/dev/null || { echo "ai-unfit: it lacks$missing, and there is no apt-get in it to install them" >&2; exit 1; }; \
  fi; \
  mkdir -p /workspace /home/ai /var/tmp /run/lock; chmod 0777 /home/ai; \
  mkdir -p /usr/local/bin; \
  for name in xdg-open sensible-browser x-www-browser www-browser open; do \
    [ -e "/usr/local/bin/$name" ] || [ -L "/usr/local/bin/$name" ] || ln -s /run/ai/bin/xdg-open "/usr/local/bin/$name"; \
  done
# Its own Node comes first, where it has one; the assistant knows where its is.
ENV PATH=/opt/ai/assistant/bin:${PATH}:/opt/ai/node/bin
