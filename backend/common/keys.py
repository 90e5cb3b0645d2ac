"""`python -m backend.common.keys` prints new keys for sealed fields, as environment lines."""

import base64
import os
import secrets


def new_keys() -> dict[str, str]:
    def key() -> str:
        return base64.b64encode(os.urandom(32)).decode()

    return {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FIELD_KEYS": f"k1:{key()}",
        "INDEX_KEY": key(),
        "CASE_KEYS": f"c1:{key()}",
    }


if __name__ == "__main__":
    for name, value in new_keys().items():
        print(f"{name}={value}")
