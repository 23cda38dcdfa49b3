# A project's packages on top of an image: apt's in a layer of their own, npm's and pip's from a stage that is thrown away.
# What the user has named is checked by the launcher: each is one word of package names' letters.

ARG PARENT
FROM ${PARENT} AS system
SHELL ["/bin/sh", "-c"]
USER root
ARG APT
# Not the list: another package of pip's must not have apt install all of its own again.
ARG WITH_PIP
RUN : "packages of Debian"; set -euf; \
  pip_needs=; \
  if [ -n "$WITH_PIP" ] && ! python3 -c 'import ensurepip, venv' 2>/dev/null; then pip_needs='python3 python3-venv'; fi; \
  if [ -n "$APT$pip_needs" ]; then \
    command -v apt-get >/dev/null || { echo "ai-unfit: there is no apt-get in it to install $APT $pip_needs" >&2; exit 1; }; \
    export DEBIAN_FRONTEND=noninteractive; \
    apt-get -o APT::Update::Error-Mode=any -o Acquire::Retries=3 update; \
    apt-get -o Acquire::Retries=3 install -y --no-install-recommends -- $APT $pip_needs; \
    set +f; rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log /var/cache/debconf/*-old; \
  fi

FROM system AS fetch
ARG BUILD
LABEL ai.stage=fetch ai.build=${BUILD}
COPY ca/ /tmp/ca/
ARG NPM_REGISTRY
ARG NPM
RUN : "packages of npm"; set -euf; umask 022; mkdir -p /opt/ai/tools; \
  if [ -n "$NPM" ]; then \
    PATH="$PATH:/opt/ai/node/bin"; \
    command -v npm >/dev/null || { echo "ai-unfit: there is no npm in it to install $NPM" >&2; exit 1; }; \
    if [ -s /tmp/ca/extra.pem ]; then export NODE_EXTRA_CA_CERTS=/tmp/ca/extra.pem; fi; \
    cd /tmp; \
    npm install --global --prefix /opt/ai/tools ${NPM_REGISTRY:+--registry="$NPM_REGISTRY"} --no-audit --no-fund \
      --no-update-notifier --loglevel=warn --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 -- $NPM; \
  fi
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG PIP_TRUSTED_HOST
ARG PIP
RUN : "packages of pip"; set -euf; umask 022; mkdir -p /opt/ai/python; \
  if [ -n "$PIP" ]; then \
    cat /etc/ssl/certs/ca-certificates.crt /tmp/ca/extra.pem >/tmp/ca/all.pem 2>/dev/null || :; \
    if [ -s /tmp/ca/extra.pem ]; then export PIP_CERT=/tmp/ca/all.pem; fi; \
    [ -n "$PIP_INDEX_URL" ] || unset PIP_INDEX_URL; \
    cd /tmp; python3 -m venv /opt/ai/python; \
    /opt/ai/python/bin/python -m pip install --no-input --no-cache-dir --disable-pip-version-check --quiet -- $PIP; \
  fi

FROM system
COPY --from=fetch /opt/ai/tools /opt/ai/tools
COPY --from=fetch /opt/ai/python /opt/ai/python
# The assistant's own command stays first.
ENV PATH=/opt/ai/assistant/bin:/opt/ai/tools/bin:/opt/ai/python/bin:${PATH}
