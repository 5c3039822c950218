#!/usr/bin/env bash
# Runs every command that README and docs tell people to type: after "#$" as it is documented, then what is run. That has all its options; a reader's own names are put in, servers stay
# on the loopback and on free ports, and long runs are made short. DocumentationTest keeps this script and the pages together, DocumentedCommandsIT runs it in an empty folder, with
# COTERIE_ROOT (the checkout), COTERIE_CLASS_PATH, COTERIE_JAVA, COTERIE_HOME (state), HOME and FREE_PORTS.
set -euo pipefail

read -ra ports <<<"$FREE_PORTS"
declare -A running=()

end_all() {
  for pid in "${running[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait
}
trap end_all EXIT
trap 'echo "FAILED at line $LINENO: $BASH_COMMAND" >&2' ERR

say() { printf '\n### %s: %s\n' "$(date +%T)" "$*"; }

# start NAME COMMAND...: runs in the background, output in NAME.log.
start() {
  local name=$1
  shift
  say "$*" "(in the background)"
  "$@" >"$name.log" 2>&1 &
  running[$name]=$!
}

stop() {
  kill "${running[$1]}" && wait "${running[$1]}" || true
  unset "running[$1]"
}

# await WHAT COMMAND...: until the command succeeds.
await() {
  local what=$1 until=$((SECONDS + 60))
  shift
  while ! "$@" >/dev/null 2>&1; do
    if [ "$SECONDS" -gt "$until" ]; then
      echo "gave up waiting for: $what" >&2
      tail -n 20 -- *.log >&2
      return 1
    fi
    sleep 0.1
  done
}

logged() { grep -q -- "$2" "$1.log"; }

mkdir -p bin "$HOME/cifar10"
cat >bin/coterie <<'SHIM'
#!/usr/bin/env bash
exec "$COTERIE_JAVA" -XX:+UseSerialGC -Xmx1g -Xss512k --enable-native-access=ALL-UNNAMED -Djava.awt.headless=true -Dcoterie.root="$COTERIE_ROOT" -cp "$COTERIE_CLASS_PATH" io.coterie.cli.Main "$@"
SHIM
chmod +x bin/coterie
export PATH=$PWD/bin:$PATH ORT_DISABLE_TELEMETRY=1 OMP_WAIT_POLICY=PASSIVE
ln -s "$COTERIE_ROOT/models" models
ln -s "$COTERIE_ROOT/deploy" deploy

# What a reader has: data in CIFAR-10's format, pictures in folders, a photo, models.
teacher=models/zoo/cifar10/teacher.onnx
for batch in data_batch_1 data_batch_2 test_batch; do
  for label in {0..59}; do
    printf "\\x$((label % 10))"
    head -c 3072 < <(tail -c +$((label * 3072 + 1)) "$teacher")
  done >"$HOME/cifar10/$batch.bin"
done
printf 'class%s\n' {0..9} >"$HOME/cifar10/batches.meta.txt"
coterie data draw --to "$HOME/pets" --count 300
some=("$HOME"/pets/*/*.png)
cp "${some[0]}" some.jpg
cp models/zoo/meter-digits/teacher.onnx my-model.onnx
cp models/zoo/meter-digits/teacher.onnx pets.onnx
BUNDLE=models/zoo/meter-digits

# --- README.md ---

#$ ./coterie demo
say demo
coterie demo --seconds 10 | tee demo.txt
grep -q 'lost 0' demo.txt

#$ ./coterie test
: # coterie test runs this script.

#$ ./coterie up --bind 0.0.0.0
start hub coterie up --bind 127.0.0.1 --port "${ports[0]}" --tls-port "${ports[1]}" --http-port "${ports[2]}" --https-port "${ports[3]}"
await "the hub" logged hub 'hub is up'
local_broker=mqtt://127.0.0.1:${ports[0]}

#$ ./coterie credential invite
invite() { coterie credential invite --hub "mqtts://127.0.0.1:${ports[1]}" | grep -o 'coterie1-[^ ]*'; }
TOKEN=$(invite)

#$ ./coterie agent --join TOKEN --id kitchen
start kitchen coterie agent --join "$TOKEN" --id kitchen --cache kitchen
await "kitchen" logged kitchen 'connected: '

#$ ./coterie deploy models/zoo/meter-digits --deadline 500ms
coterie deploy models/zoo/meter-digits --deadline 500ms --broker "$local_broker"

#$ ./coterie credential add cam1 --role publisher
coterie credential add cam1 --role publisher | tee password.txt
PASSWORD=$(grep -o '[A-Za-z0-9_-]\{16,\}' password.txt | tail -1)

#$ mosquitto_sub -h HUB -p 8883 --cafile ca.crt -u cam1 -P PASSWORD -t coterie/deployments/meter-digits/result/cam1
cp "$COTERIE_HOME/hub/security/ca.crt" .
start results stdbuf -oL mosquitto_sub -d -h 127.0.0.1 -p "${ports[1]}" --cafile ca.crt -u cam1 -P "$PASSWORD" -t coterie/deployments/meter-digits/result/cam1
await "the subscription" logged results 'Subscribed'

#$ mosquitto_pub -h HUB -p 8883 --cafile ca.crt -u cam1 -P PASSWORD -t coterie/deployments/meter-digits/input/cam1 -f some.jpg
answered() {
  mosquitto_pub -h 127.0.0.1 -p "${ports[1]}" --cafile ca.crt -u cam1 -P "$PASSWORD" -t coterie/deployments/meter-digits/input/cam1 -f some.jpg
  sleep 1
  logged results '"status":"ok"'
}
await "an answer" answered # A busy machine may miss the first deadline.
stop results

# --- docs/tutorial.md ---

#$ ./coterie --version
coterie --version

#$ ./coterie credential invite --out kitchen.token
coterie credential invite --hub "mqtts://127.0.0.1:${ports[1]}" --out kitchen.token

#$ ./coterie credential invite --out attic.token
coterie credential invite --hub "mqtts://127.0.0.1:${ports[1]}" --out attic.token

#$ ./coterie agent --join kitchen.token --id kitchen
stop kitchen
start kitchen coterie agent --join kitchen.token --id kitchen --cache kitchen
await "kitchen" logged kitchen 'connected: '

#$ ./coterie agent --join attic.token --id attic
start attic coterie agent --join attic.token --id attic --cache attic
await "attic" logged attic 'connected: '

#$ ./coterie deploy models/zoo/meter-digits --deadline 1s
coterie deploy models/zoo/meter-digits --deadline 1s --broker "$local_broker"

#$ ./coterie data draw --to digits --count 20
coterie data draw --to digits --count 20

#$ ./coterie watch
start watch coterie watch --results --broker "$local_broker"
await "boards" logged watch 'attic'

#$ ./coterie send --deployment meter-digits digits/*/*.png
coterie send --deployment meter-digits --broker "$local_broker" digits/*/*.png | tee answers.txt
grep -q ') ok, 2 of 2 portions' answers.txt
await "results" logged watch 'ok [0-9]'
stop watch
stop attic

#$ ./coterie credential add me --role operator
coterie credential add me --role operator

# --- docs/node-red.md ---

#$ ./coterie credential add nodered --role publisher
coterie credential add nodered --role publisher

#$ npm pack /opt/coterie/deploy/node-red
npm pack "$COTERIE_ROOT/deploy/node-red"

#$ cd ~/.node-red && npm install ./coterie-node-red-coterie-0.1.0.tgz
mkdir ~/.node-red
cp coterie-node-red-coterie-0.1.0.tgz ~/.node-red
(cd ~/.node-red && npm install --no-audit --no-fund ./coterie-node-red-coterie-0.1.0.tgz)
# Node-RED as it is pinned for the tests, with two of the package's flows.
if [ ! -x deploy/node-red/node_modules/.bin/node-red ]; then
  (cd deploy/node-red && npm ci --ignore-scripts --no-audit --no-fund)
fi
node -e '
  const flows = ["classify", "plain-mqtt"].flatMap((name) => require(`${process.cwd()}/deploy/node-red/examples/${name}.json`));
  process.stdout.write(JSON.stringify(flows).replaceAll("127.0.0.1:1883", `127.0.0.1:${process.argv[1]}`).replaceAll("\"port\":\"1883\"", `"port":"${process.argv[1]}"`));
' "${ports[0]}" >flows.json
start node-red deploy/node-red/node_modules/.bin/node-red --userDir ~/.node-red --port "${ports[11]}" -D uiHost=127.0.0.1 flows.json
await "Node-RED" logged node-red 'Started flows'
cp some.jpg digit.png
flows=http://127.0.0.1:${ports[11]}

#$ curl --data-binary @digit.png -H 'Content-Type: image/png' http://127.0.0.1:1880/coterie/classify
classified() { curl -sS --data-binary @digit.png -H 'Content-Type: image/png' "$flows/coterie/classify" | tee classified.json && grep -q '"status":"ok"' classified.json; }
await "an answer through Node-RED" classified

#$ curl --data-binary @digit.png -H 'Content-Type: image/png' http://127.0.0.1:1880/plain/picture
curl -sS --data-binary @digit.png -H 'Content-Type: image/png' "$flows/plain/picture"

#$ curl http://127.0.0.1:1880/plain/result
plainly() { curl -sS "$flows/plain/result" | grep -q '"label"'; }
await "an answer through the plain flow" plainly
stop node-red

# --- docs/boards.md ---

#$ ./coterie agent --board board.json --id kitchen
mkdir pictures
cat >board.json <<'JSON'
{"camera": {"deployment": "meter-digits", "folder": "pictures", "everyMs": 100},
 "outputs": [{"pin": 24, "deployment": "meter-digits", "when": "confidence > 0.8"}]}
JSON
stop kitchen
start kitchen coterie agent --board board.json --id kitchen --cache kitchen
await "kitchen" logged kitchen 'connected: '
seen() {
  cp some.jpg "pictures/$RANDOM.jpg"
  sleep 1
  logged kitchen 'picture answered: '
}
await "the camera" seen

#$ ./coterie board identify kitchen
coterie board identify kitchen --broker "$local_broker"
await "identify" logged kitchen 'identify: '

#$ ./coterie board drain kitchen
coterie board drain kitchen --broker "$local_broker" | grep 'can be switched off'

#$ ./coterie board resume kitchen
coterie board resume kitchen --broker "$local_broker" | grep 'takes part again'

# --- README.md, failures ---

#$ ./coterie chaos --minutes 10 --out report
coterie chaos --minutes 0.3 --out report
test -s report/timeline.html

#$ ./coterie credential add second --role hub --out second.json
coterie credential add second --role hub --out second.json

#$ scp -r ~/.cache/coterie/hub/security SECOND:.cache/coterie/standby/
mkdir -p "$COTERIE_HOME/standby" && cp -r "$COTERIE_HOME/hub/security" "$COTERIE_HOME/standby/" # In place of scp.

#$ ./coterie up --bind 0.0.0.0 --standby-of mqtts://10.0.0.1 --credential second.json
first=mqtts://127.0.0.1:${ports[1]} second=mqtts://127.0.0.1:${ports[5]}
start standby coterie up --bind 127.0.0.1 --port "${ports[4]}" --tls-port "${ports[5]}" --http-port "${ports[6]}" --https-port "${ports[7]}" --standby-of "$first" --credential second.json
await "the standby" logged standby 'standing by for'

#$ ./coterie agent --join TOKEN --broker mqtts://10.0.0.1,mqtts://10.0.0.2 --id kitchen
stop kitchen
start kitchen coterie agent --join "$TOKEN" --broker "$first,$second" --id kitchen --cache kitchen
await "kitchen" logged kitchen 'connected: '
stop standby

#$ ./coterie plan BUNDLE --strategy distree --fleet fleet.json --latency-target 30ms
cat >fleet.json <<'JSON'
{"devices":[{"id":"a","flopsPerSecond":2e9,"memoryBytes":64000000,"uplinkBitsPerSecond":2e7,"failureProbability":0.05},
            {"id":"b","flopsPerSecond":1e9,"memoryBytes":64000000,"uplinkBitsPerSecond":2e7,"failureProbability":0.05},
            {"id":"c","flopsPerSecond":1e9,"memoryBytes":64000000,"uplinkBitsPerSecond":2e7,"failureProbability":0.05},
            {"id":"d","flopsPerSecond":1e9,"memoryBytes":64000000,"uplinkBitsPerSecond":2e7,"failureProbability":0.05}]}
JSON
coterie plan $BUNDLE --strategy distree --fleet fleet.json --latency-target 30ms

#$ ./coterie deploy BUNDLE --strategy distree --max-accuracy-loss 0.5
coterie deploy $BUNDLE --strategy distree --max-accuracy-loss 0.5 --broker "$local_broker"

#$ ./coterie demo --bundle BUNDLE --strategy distree --throttle 4 --latency-target 200ms --slow-half-at 15
coterie demo --bundle $BUNDLE --strategy distree --throttle 4 --latency-target 200ms --slow-half-at 3 --seconds 8

#$ ./coterie bench exits BUNDLE --frames 300 --agents 4
coterie bench exits $BUNDLE --frames 20 --agents 4 --pairs 3

#$ ./coterie demo --strategy mdi-exit --topology mesh3 --kill-every 10
coterie demo --strategy mdi-exit --topology mesh3 --kill-every 3 --seconds 6

#$ ./coterie plan BUNDLE --strategy mdi-exit --fleet fleet.json --topology ring
coterie plan $BUNDLE --strategy mdi-exit --fleet fleet.json --topology ring

#$ ./coterie deploy BUNDLE --strategy mdi-exit --admission threshold --max-accuracy-loss 2
coterie deploy $BUNDLE --strategy mdi-exit --admission threshold --max-accuracy-loss 2 --broker "$local_broker"

#$ ./coterie split my-model.onnx --at TENSOR,TENSOR --data ~/pictures --out my-bundle
coterie split my-model.onnx --at g0b0.relu1,g1b0.relu1 --data ~/pets --out my-bundle

#$ ./coterie bench pipeline BUNDLE --data ~/cifar10 --plot curves
coterie bench pipeline models/zoo/cifar10 --data ~/cifar10 --plot curves --fleets mesh1 --loads 0.8 --losses 1 --settle 1 --seconds 2

# What makes trainings short.
tiny="--epochs 1 --partitions 2 --work work"

#$ ./coterie train --preset meter-digits --out my-digits
coterie train --preset meter-digits --out my-digits --data ~/pets --strategy rocoin $tiny/1

#$ ./coterie train --preset cifar10 --data ~/cifar10 --out my-cifar
coterie train --preset cifar10 --data ~/cifar10 --out my-cifar --strategy rocoin $tiny/2

#$ ./coterie train --preset images --name pets --data ~/pets --out pets
coterie train --preset images --name pets --data ~/pets --out pets --strategy rocoin $tiny/3

#$ ./coterie evaluate pets --data ~/pets
coterie evaluate pets --data ~/pets

#$ ./coterie train --teacher pets.onnx --features /avgpool/output --data ~/pets --out pets
rm -r pets
coterie train --teacher pets.onnx --features features --data ~/pets --out pets $tiny/4

# --- docs/security.md ---

#$ ./coterie credential add porch-camera --role publisher
coterie credential add porch-camera --role publisher | tee password.txt
PASSWORD=$(grep -o '[A-Za-z0-9_-]\{16,\}' password.txt | tail -1)

#$ mosquitto_pub -h HUB -p 8883 --cafile ca.crt -u porch-camera -P PASSWORD -t coterie/deployments/meter-digits/input/porch -f some.jpg
mosquitto_pub -h 127.0.0.1 -p "${ports[1]}" --cafile ca.crt -u porch-camera -P "$PASSWORD" -t coterie/deployments/meter-digits/input/porch -f some.jpg

#$ ./coterie credential revoke kitchen
coterie credential revoke kitchen
stop kitchen

#$ ./coterie bundle keygen signing.key
coterie bundle keygen signing.key

#$ ./coterie bundle sign my-bundle --key signing.key
coterie bundle sign my-bundle --key signing.key

#$ ./coterie up --trusted-key signing.key.pub
start trusting coterie up --trusted-key signing.key.pub --port "${ports[8]}" --http-port "${ports[9]}" --state trusting
await "the hub" logged trusting 'hub is up'
stop trusting

# --- docs/operations.md, docs/home-assistant.md ---

#$ coterie credential add wall --role viewer
coterie credential add wall --role viewer

#$ coterie credential add anna --role operator
coterie credential add anna --role operator

#$ ./coterie credential add homeassistant --role home
coterie credential add homeassistant --role home

#$ mosquitto_pub -V 5 -t coterie/deployments/meter-digits/input/cam1 -f some.jpg -D publish user-property traceparent 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
mosquitto_pub -V 5 -h 127.0.0.1 -p "${ports[0]}" -t coterie/deployments/meter-digits/input/cam1 -f some.jpg -D publish user-property traceparent 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01

# --- docs/own-model.md, docs/sizing.md ---

#$ ./coterie split my-model.onnx
coterie split my-model.onnx

#$ ./coterie bundle inspect pets
coterie bundle inspect pets

#$ ./coterie plan pets --fleet fleet.json
coterie plan pets --fleet fleet.json

#$ ./coterie demo --bundle pets --data ~/pets
coterie demo --bundle pets --data ~/pets --seconds 5

#$ ./coterie plan models/zoo/cifar10 --fleet fleet.json --deadline 500ms --success 0.99
coterie plan models/zoo/cifar10 --fleet fleet.json --deadline 500ms --success 0.99

# --- deploy/README.md ---

#$ deploy/flash --token kitchen.token --id kitchen --package coterie-agent_0.1.0_arm64.deb /media/bootfs
mkdir bootfs
echo 'console=tty1 rootwait' >bootfs/cmdline.txt
echo 'stands for a package' >coterie-agent_0.1.0_arm64.deb
deploy/flash --token kitchen.token --id kitchen --package coterie-agent_0.1.0_arm64.deb bootfs

# --- docs/own-broker.md ---

PATH=$PATH:/usr/sbin
cat >mosquitto.conf <<CONF
listener ${ports[10]} 127.0.0.1
allow_anonymous true
set_tcp_nodelay true
CONF
start mosquitto mosquitto -c mosquitto.conf
mosquitto_address=mqtt://127.0.0.1:${ports[10]}

#$ ./coterie up --broker mqtt://127.0.0.1:1883
start alone coterie up --broker "$mosquitto_address" --http-port 0 --state alone
await "the hub" logged alone 'hub is up'

#$ ./coterie agent --broker mqtt://127.0.0.1:1883 --id kitchen
start kitchen coterie agent --broker "$mosquitto_address" --id kitchen --cache kitchen-elsewhere
await "kitchen" logged kitchen 'connected: '
stop kitchen
stop alone

#$ ./coterie up --broker mqtt://127.0.0.1:1883 --id first
start first coterie up --broker "$mosquitto_address" --id first --http-port 0 --state first
await "the first hub" logged first 'leads: '

#$ ./coterie up --broker mqtt://127.0.0.1:1883 --id second
start second coterie up --broker "$mosquitto_address" --id second --http-port 0 --state second
await "the second hub" logged second 'hub is up'
stop first
await "the second to lead" logged second 'leads: '
stop second

#$ ./coterie deploy-acl --hub hub --agent kitchen --agent attic --publisher cam1 --home homeassistant
coterie deploy-acl --hub hub --agent kitchen --agent attic --publisher cam1 --home homeassistant >acl.txt

#$ coterie deploy-acl --format emqx --hub hub --agent kitchen --agent attic --publisher cam1 --operator me > deploy/kubernetes/emqx/acl.conf
coterie deploy-acl --format emqx --hub hub --agent kitchen --agent attic --publisher cam1 --operator me >emqx-acl.conf
cmp emqx-acl.conf deploy/kubernetes/emqx/acl.conf

#$ ./coterie up --broker mqtts://HOST --credential hub.json
# A certificate as hubs make it, and what "ca" is then.
coterie credential add hub --role hub --out hub.json
start guarded coterie up --broker "$first" --credential hub.json --id guarded --http-port 0 --state guarded
await "a hub with a login" logged guarded 'hub is up'
stop guarded
stop hub
echo "every documented command was run"
