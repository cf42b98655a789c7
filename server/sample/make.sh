#!/bin/sh
# Makes conversation.mp3, the recording that a first start offers to try: two synthetic voices, so it is ours to give
# away. Needs espeak-ng, sox and lame.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { # number, voice, speed, pitch, text
  espeak-ng -v "$2" -s "$3" -p "$4" -w "$work/$1-raw.wav" "$5"
  sox -q "$work/$1-raw.wav" -r 22050 -c 1 "$work/$1.wav" norm -6 pad 0.3 0.5
}

say 1 en-gb+m3 150 40 'Good morning. I would like to know when the next train to Melbourne leaves.'
say 2 en-us+f3 145 65 'Good morning. The next train leaves at half past nine, from the second platform.'
say 3 en-gb+m3 150 40 'Thank you very much. How long does the journey take?'
say 4 en-us+f3 145 65 'The journey takes three hours. Would you like to buy a ticket now?'
sox -q "$work/1.wav" "$work/2.wav" "$work/3.wav" "$work/4.wav" "$work/all.wav"
lame --quiet -b 32 -m m "$work/all.wav" conversation.mp3
