#!/usr/bin/env bash
# secrets.sh FOLDER: the Secrets that the programs mount, of what `sammelan keys deal FOLDER` has put there.
set -euo pipefail
folder=$1

put() { # server-side, so that no copy of it is kept in an annotation
  kubectl create secret generic --namespace sammelan --dry-run=client --output yaml "$@" |
    kubectl apply --server-side --force-conflicts --filename -
}

programs=(identity membership congress notifications portal gateway relay projector counter examiner worker exporter sender keeper)
for program in "${programs[@]}"; do
  put "$program" --from-file="$folder/$program"
done
# The operator's other secrets stay out of the cluster.
put operator --from-file="$folder/operator/mongo_password"
