// Sound of a trial call, in the audio thread: the microphone at 8000 Hz out, the bot's voice in.
"use strict";

const RATE = 8000;
const FRAME = 160;
const BEGIN_WITH = 4; // frames in hand before playing, 80 ms: a network is never even

class Telephone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
    this.sum = 0;
    this.count = 0;
    this.phase = 0;
    this.forget();
    this.port.onmessage = ({ data }) => {
      if (data === "flush") this.forget();
      else this.waiting.push(data);
    };
  }

  forget() {
    this.waiting = [];
    this.playing = false;
    this.current = null;
    this.at = 0;
    this.before = 0;
    this.after = 0;
    this.fraction = 0;
  }

  process(inputs, outputs) {
    const microphone = inputs[0][0];
    if (microphone) this.capture(microphone);
    this.play(outputs[0][0]);
    return true;
  }

  // Each sample at 8000 Hz is the mean of those that fall into it; what lies above is filtered before.
  capture(samples) {
    for (const sample of samples) {
      this.sum += sample;
      this.count += 1;
      this.phase += RATE / sampleRate;
      if (this.phase < 1) continue;
      this.phase -= 1;
      this.frame[this.filled] = Math.max(-1, Math.min(1, this.sum / this.count)) * 32767;
      this.sum = this.count = 0;
      this.filled += 1;
      if (this.filled === FRAME) {
        this.port.postMessage(this.frame);
        this.filled = 0;
      }
    }
  }

  play(samples) {
    if (!this.playing && this.waiting.length < BEGIN_WITH) return;
    this.playing = true;
    for (let i = 0; i < samples.length; i += 1) {
      while (this.fraction >= 1) {
        this.fraction -= 1;
        this.before = this.after;
        this.after = this.next();
      }
      samples[i] = this.before + (this.after - this.before) * this.fraction;
      this.fraction += RATE / sampleRate;
    }
  }

  next() {
    if (!this.current || this.at === FRAME) {
      this.current = this.waiting.shift();
      this.at = 0;
      if (!this.current) {
        this.playing = false;
        return 0;
      }
    }
    const sample = this.current[this.at];
    this.at += 1;
    return sample / 32768;
  }
}

registerProcessor("telephone", Telephone);
