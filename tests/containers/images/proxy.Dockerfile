ARG BASE
FROM ${BASE}
RUN groupadd --gid 101 nginx && useradd --uid 101 --gid nginx nginx \
 && apt-get update && apt-get install -y --no-install-recommends nginx curl && rm -rf /var/lib/apt/lists/*
EXPOSE 8080 8443
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]
