"""The few things of kubectl's that somebody needs who sets machines up."""

import json
import os
import re
import sys

from wire import Refused, ask, token


def call(do, **more):
    try:
        return ask("127.0.0.1", do=do, token="" if do == "readyz" else token(), **more)
    except FileNotFoundError:
        sys.exit("The connection to the server localhost:8080 was refused - did you specify the right host or port?")
    except Refused as error:
        sys.exit(f"Error from server: {error}")
    except OSError as error:
        sys.exit(f"The connection to the server 127.0.0.1:6443 was refused: {error}")


def run(words):
    options = {word.partition("=")[0]: word.partition("=")[2] for word in words if word.startswith("-")}
    plain, rest = [], iter(words)
    for word in rest:
        if word in ("-o", "--output", "-n", "--namespace", "--kubeconfig", "-l"):
            options[word] = next(rest, "")
        elif not word.startswith("-"):
            plain.append(word)
    output = options.get("-o") or options.get("--output") or ""
    if "--raw" in options:
        call("readyz")
        return print("ok")
    # Real ones keep there what the server has.
    os.makedirs(os.path.expanduser("~/.kube/cache/discovery"), exist_ok=True)
    verb, what = (plain + ["", ""])[:2]
    kind, _, name = what.partition("/")
    names = [name] if name else plain[2:]
    if kind not in ("node", "nodes", "no"):
        return print("No resources found", file=sys.stderr) if verb == "get" else unknown(words)
    if verb == "get":
        show(names, output, "--no-headers" in options)
    elif verb in ("label", "taint"):
        mark(verb, names)
    elif verb == "delete":
        delete(names, "--ignore-not-found" in options)
    elif verb in ("cordon", "uncordon", "drain"):
        print(f"node/{names[0]} {verb}ed")
    else:
        unknown(words)


def unknown(words):
    sys.exit(f"the stand-in's kubectl knows no '{' '.join(words)}'")


def document(name, node):
    taints = []
    for key, text in node["taints"].items():
        value, _, effect = text.rpartition(":")
        taints.append({"key": key, **({"value": value} if value else {}), "effect": effect})
    return {
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": node["labels"]}, "spec": {"taints": taints},
        "status": {
            "addresses": [{"type": "InternalIP", "address": node["address"]}, {"type": "Hostname", "address": name}],
            "conditions": [{"type": "Ready", "status": "True" if node["ready"] else "Unknown",
                            "reason": "KubeletReady" if node["ready"] else "NodeStatusUnknown"}],
            "nodeInfo": {"kubeletVersion": node["version"]}}}


def show(names, output, is_headless):
    nodes = call("nodes")["nodes"]
    for name in names:
        if name not in nodes:
            sys.exit(f'Error from server (NotFound): nodes "{name}" not found')
    chosen = [document(name, nodes[name]) for name in sorted(names or nodes)]
    if output == "json":
        print(json.dumps(chosen[0] if names else {"apiVersion": "v1", "kind": "List", "items": chosen}))
    elif output == "name":
        print("".join(f"node/{each['metadata']['name']}\n" for each in chosen), end="")
    elif output.startswith("jsonpath="):
        template(output, chosen)
    else:
        table(chosen, is_headless)


def template(output, chosen):
    """Of kubectl's templates: {range .items[*]} … {end} with paths, texts, and filters for one field within."""
    inner = re.fullmatch(r"jsonpath=\{range \.items\[\*\]\}(.*)\{end\}", output, re.DOTALL)
    if not inner:
        sys.exit(f"the stand-in's kubectl knows no template '{output}'")
    for each in chosen:
        for text in re.findall(r"\{(\"[^\"]*\"|[^}]*)\}", inner[1]):
            print(json.loads(text) if text.startswith('"') else found(each, text), end="")


def found(value, path):
    """What is at a path, as kubectl writes it: texts as they are, all else as JSON, nothing as nothing."""
    steps = re.findall(r"""\.([A-Za-z]+)|\[\?\(@\.([A-Za-z]+)==["']([^"']*)["']\)\]|(.)""", path)
    for key, field, wanted, other in steps:
        if other:
            sys.exit(f"the stand-in's kubectl knows no path '{path}'")
        if field:
            value = next((each for each in value or [] if each.get(field) == wanted), None)
        else:
            value = value.get(key) if isinstance(value, dict) else None
    if value is None or value == []:
        return ""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def table(chosen, is_headless):
    if not is_headless:
        print(f"{'NAME':20} {'STATUS':10} {'ROLES':30} AGE  VERSION")
    for each in chosen:
        prefix = "node-role.kubernetes.io/"
        roles = sorted(key[len(prefix):] for key in each["metadata"]["labels"] if key.startswith(prefix))
        ready = "Ready" if each["status"]["conditions"][0]["status"] == "True" else "NotReady"
        print(f"{each['metadata']['name']:20} {ready:10} {','.join(roles) or '<none>':30} 5s   "
              f"{each['status']['nodeInfo']['kubeletVersion']}")


def mark(verb, words):
    name = words[0]
    give = dict(each.split("=", 1) for each in words[1:] if "=" in each)
    take = [each[:-1].partition(":")[0] for each in words[1:] if "=" not in each and each.endswith("-")]
    is_changed = call("mark", what=f"{verb}s", name=name, give=give, take=take)["changed"]
    done = {"label": "labeled", "taint": "modified"}[verb]
    print(f"node/{name} {done if is_changed else 'not ' + done}")


def delete(names, is_ignoring):
    there = call("nodes")["nodes"]
    for name in names:
        if name in there:
            call("delete", name=name)
            print(f'node "{name}" deleted')
        elif not is_ignoring:
            sys.exit(f'Error from server (NotFound): nodes "{name}" not found')
