# One image for every program of ours; each container says which one it runs.
FROM python:3.12-slim AS app
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY requirements.lock ./
RUN python -m pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore \
    --require-hashes -r requirements.lock
COPY . .
# Volumes take over the owner of the folder that they are first mounted on.
RUN if [ -d translations ]; then pybabel -q compile -d translations -D sammelan; fi \
    && PYTHONDONTWRITEBYTECODE= python -m compileall -q . \
    && useradd --uid 10001 --no-create-home --home-dir /tmp sammelan \
    && for program in identity membership congress notifications portal gateway relay projector counter examiner worker exporter sender keeper operator practice_eid; \
       do mkdir -p "/secrets/$program"; done \
    && mkdir -p /house /mail /making \
    && chown -R 10001:10001 /secrets /house /mail /making \
    && mkdir -m 0750 /secrets/database && chown 999:999 /secrets/database
USER 10001:10001

# nginx's configuration comes out of the very route table that the gateway uses.
FROM app AS routes
RUN IDENTITY_URL=http://identity:8802 MEMBERSHIP_URL=http://membership:8803 CONGRESS_URL=http://congress:8804 \
    NOTIFICATIONS_URL=http://notifications:8805 PORTAL_URL=http://portal:8806 \
    python -m sammelan nginx /tmp/nginx --gateway http://gateway:8800 --decision http://gateway:8810 \
    --headers-file /etc/nginx/sammelan_headers.conf

FROM nginx:1.28 AS front
COPY deploy/nginx.conf /etc/nginx/nginx.conf
COPY --from=routes /tmp/nginx/ /etc/nginx/
USER 101:101
ENTRYPOINT ["nginx", "-e", "stderr", "-g", "daemon off;"]

# The official image, with the user that its server runs as anyway named from the start.
FROM mongo:8 AS database
RUN mkdir -p /data/db /data/configdb && chown -R 999:999 /data/db /data/configdb
USER 999:999
