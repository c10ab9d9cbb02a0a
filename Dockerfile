FROM node:24-bookworm-slim

WORKDIR /app
COPY package.json package-lock.json ./
# PostgreSQL comes as a package, whose install script only links its libraries; the launcher does that where scripts are off.
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && mkdir /data && chown node:node /data

# PostgreSQL refuses to run as root, and Hearth has no need of it.
USER node
ENV HEARTH_DATA_DIR=/data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --start-period=60s CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/api/ready').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "bin/run.mjs", "start"]
