// Trying a script by speaking: this page is the resident's telephone.
"use strict";

const booth = document.querySelector("[data-speak]");
if (booth) {
  const part = (name) => booth.querySelector(`[data-part="${name}"]`);
  const [start, stop, level, state] = ["start", "stop", "level", "state"].map(part);
  const lines = part("lines");
  const answers = document.querySelector("[data-part=answers]");
  const flags = document.querySelector("[data-part=flags]");
  const said = (name) => { state.textContent = booth.dataset[name] || ""; };
  let hangUp = null;

  const piece = (tag, name, ...content) => {
    const made = document.createElement(tag);
    made.className = name;
    made.append(...content);
    return made;
  };

  const show = (message) => {
    if (message.who) {
      const speaker = piece("span", "speaker", message.who === "bot" ? booth.dataset.bot : booth.dataset.resident);
      const words = piece("p", "", message.text || booth.dataset.nothing);
      lines.append(piece("li", `turn ${message.who}`, piece("div", "", speaker, " ", words)));
      lines.lastChild.scrollIntoView({ block: "nearest" });
    } else if (message.question) {
      let value = [...answers.querySelectorAll("dt")].find((term) => term.textContent === message.question)?.nextElementSibling;
      if (!value) {
        value = piece("dd", "");
        answers.append(piece("dt", "", message.question), value);
      }
      value.textContent = message.answer;
    } else if (message.severity) {
      flags.append(piece("li", "", piece("span", `chip ${message.severity}`, message.label), " ", message.reason));
    } else if (message.outcome) {
      state.textContent = `${booth.dataset.over}${message.outcome}`;
    }
  };

  const begin = async () => {
    for (const list of [lines, answers, flags]) list.replaceChildren();
    document.querySelector("[data-part=none]")?.remove();
    start.disabled = true;
    said("asking");
    let microphone;
    try {
      microphone = await navigator.mediaDevices.getUserMedia({
        audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
    } catch {
      said("denied");
      start.disabled = false;
      return;
    }
    said("loading");
    const sound = new AudioContext();
    await sound.audioWorklet.addModule(booth.dataset.telephone);
    const telephone = new AudioWorkletNode(sound, "telephone", { outputChannelCount: [1] });
    // Twice, so that nothing above half of 8000 Hz is left to fold back.
    const narrow = () => new BiquadFilterNode(sound, { type: "lowpass", frequency: 3400 });
    const [first, second, smooth] = [narrow(), narrow(), narrow()];
    sound.createMediaStreamSource(microphone).connect(first).connect(second).connect(telephone).connect(smooth).connect(sound.destination);

    const address = new URL(`${booth.dataset.socket}?locale=${part("locale").value}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    telephone.port.onmessage = ({ data }) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(data);
      level.value = data.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 0) / 32768;
    };
    hangUp = () => socket.close();
    stop.hidden = false;
    stop.focus();
    socket.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) {
        telephone.port.postMessage(new Int16Array(data));
        return;
      }
      const message = JSON.parse(data);
      if (message.flush) telephone.port.postMessage("flush");
      else if (message.ready) said("talking");
      else show(message);
    };
    socket.onclose = ({ code }) => {
      hangUp = null;
      for (const track of microphone.getTracks()) track.stop();
      sound.close();
      stop.hidden = true;
      start.disabled = false;
      level.value = 0;
      if (code === 4429) said("busy");
      else if (code === 4500 || code === 4403 || code === 1006) said("broken");
      else if (!state.textContent.startsWith(booth.dataset.over)) said("hungup");
    };
    document.onkeydown = ({ key, target }) => {
      const typing = target.matches("input, textarea, select");
      if (!typing && /^[0-9*#]$/.test(key) && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ key }));
    };
  };

  if (navigator.mediaDevices && window.AudioWorkletNode) {
    part("controls").hidden = false;
    start.addEventListener("click", begin);
    stop.addEventListener("click", () => hangUp?.());
    window.addEventListener("pagehide", () => hangUp?.());
  } else {
    said("unable");
  }
}
