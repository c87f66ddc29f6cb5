"""An agent: in every channel the order that its documents would rather give, and no military one while it sits badly."""

import json
import sys

for line in sys.stdin:
    view = json.loads(line)
    weak = view["sees"].get("stability", 1.0) < 0.3
    chosen = {}
    for order in view["orders"]:
        if order["legal"] is False or order["advice"] != 1:
            continue
        if weak and order["channel"] == "military":
            continue
        chosen[order["channel"]] = {"id": order["id"], "reason": "first on the list"}
    print(json.dumps({"orders": list(chosen.values())}), flush=True)
