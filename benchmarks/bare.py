"""The least that keeps a report: Flask and pymongo, one insert a request. The peer of benchmarks.storm."""

import os
from typing import Any

from bson import ObjectId
from flask import Flask, jsonify, request
from pymongo import MongoClient, WriteConcern

app = Flask(__name__)
_client: MongoClient[dict[str, Any]] = MongoClient(os.environ["MONGO_URL"], connect=False, maxPoolSize=50)
_entries = _client[os.environ["BARE_DATABASE"]].get_collection(
    "entries", write_concern=WriteConcern("majority", j=True)
)


@app.get("/")
def ready() -> Any:
    return jsonify(status="ready")


@app.post("/entries")
def keep() -> Any:
    entry = {"_id": str(ObjectId()), **request.get_json()}
    _entries.insert_one(entry)
    return jsonify(entry), 201
