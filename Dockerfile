# Two images from one build: `clodo-ci`, the last and so the default, and `clodo`, the binary alone.
#
#   docker build --target clodo -t clodo:static .
#   docker build -t clodo .
#
# Neither has an entry point: both run `clodo ARGS`, and clodo-ci serves as the image of a job. No
# instruction needs BuildKit, and the bases are arguments.
ARG RUST_IMAGE=rust:1.95-slim-bookworm
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${RUST_IMAGE} AS build
WORKDIR /source
COPY . .
# A static binary inside the context that is packed instead of one built here: --build-arg BINARY=dist/clodo
ARG BINARY=
ENV CARGO_TARGET_DIR=/target
RUN if [ -z "$BINARY" ]; then scripts/build-static.sh && BINARY=$(ls /target/*-linux-gnu/release/clodo); fi \
    && install -D -m 755 "$BINARY" /root-of-image/usr/local/bin/clodo \
    && install -D -m 644 -t /root-of-image/usr/local/share/licenses/clodo LICENSE-* \
    && install -d -m 1777 /root-of-image/tmp

FROM scratch AS clodo
LABEL org.opencontainers.image.title="clodo (static)" \
      org.opencontainers.image.description="Knows what your Cloudflare deployment will do before it does it. The binary alone." \
      org.opencontainers.image.source="https://github.com/tamyla/clodo-orchestration" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /root-of-image/ /
WORKDIR /work
CMD ["clodo", "--help"]

FROM ${NODE_IMAGE} AS clodo-ci
ARG WRANGLER_VERSION=4.164.0
# What CircleCI asks of a job's image, and git, which `--changed` and `--staged` run.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends bash ca-certificates git gzip openssh-client tar \
    && rm -rf /var/lib/apt/lists/*
RUN npm install --global --no-fund --no-audit "wrangler@$WRANGLER_VERSION" \
    && npm cache clean --force \
    && rm -rf /root/.npm
ENV WRANGLER_SEND_METRICS=false NPM_CONFIG_UPDATE_NOTIFIER=false
LABEL org.opencontainers.image.title="clodo" \
      org.opencontainers.image.description="Knows what your Cloudflare deployment will do before it does it. With Node, a pinned Wrangler, and git." \
      org.opencontainers.image.source="https://github.com/tamyla/clodo-orchestration" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /root-of-image/ /
WORKDIR /work
# The base has an entry point of its own, which some CI systems refuse.
ENTRYPOINT []
CMD ["clodo", "--help"]
