ARG BASE
FROM ${BASE}
RUN groupadd --gid 999 valkey && useradd --uid 999 --gid valkey valkey \
 && apt-get update && apt-get install -y --no-install-recommends valkey-server valkey-tools && rm -rf /var/lib/apt/lists/*
WORKDIR /data
# The public image listens for its network, as its entrypoint's --protected-mode no does.
ENTRYPOINT ["sh", "-c", "exec \"$@\" --protected-mode no --bind '* -::*'", "--"]
CMD ["valkey-server"]
