/** The writer of vector pictures: what is drawn is in the file, and no text of a trace becomes markup. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escaped, SvgCanvas } from './svg-canvas.ts';

/** Characters that XML 1.0 allows in text, without those that would be markup. */
const PLAIN = /^(?:[^<>"'&\p{Cc}]|&(?:amp|lt|gt|quot|#39);)*$/u;
const TURNS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

describe('escaped', () => {
  it('leaves no markup, no forbidden character and no change of direction, whatever the string', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
        (text) => {
          const safe = escaped(text);
          expect(safe).toMatch(PLAIN);
          expect(safe).not.toMatch(TURNS);
          // Throws for half a surrogate pair.
          expect(() => encodeURIComponent(safe)).not.toThrow();
        },
      ),
    );
  });

  it('keeps what people write', () => {
    expect(escaped('GET /orders/17?a=1&b=<2> “µs” 𝄞')).toBe('GET /orders/17?a=1&amp;b=&lt;2&gt; “µs” 𝄞');
  });
});

describe('SvgCanvas', () => {
  it('writes rectangles of one colour as one group, in the order in which they were drawn', () => {
    const svg = new SvgCanvas(20, 10);
    svg.fillStyle = '#ff0000';
    svg.fillRect(0, 0, 5, 5);
    svg.fillRect(5.006, 0, 5, 5);
    svg.fillStyle = '#00ff00';
    svg.globalAlpha = 0.5;
    svg.fillRect(0, 5, 20, 5);
    const text = svg.toSvg('a', 'b');
    expect(text.match(/<g fill="#ff0000"[^>]*>\s*<rect[^>]*>\s*<rect x="5.01"[^>]*>\s*<\/g>/)).not.toBeNull();
    expect(text).toMatch(/<g fill="#00ff00" fill-opacity="0.5"/);
    expect(text.indexOf('#ff0000')).toBeLessThan(text.indexOf('#00ff00'));
  });

  it('closes what was opened, and gives back what was saved', () => {
    const svg = new SvgCanvas(20, 10);
    svg.fillStyle = '#123456';
    svg.save();
    svg.translate(3, 4);
    svg.beginPath();
    svg.rect(0, 0, 10, 10);
    svg.clip();
    svg.fillStyle = '#654321';
    svg.fillRect(0, 0, 1, 1);
    svg.restore();
    svg.fillRect(1, 1, 1, 1);
    const text = svg.toSvg('t', 'd');
    expect(text.match(/<g[ >]/g)).toHaveLength(text.match(/<\/g>/g)!.length);
    expect(text).toMatch(/<g transform="translate\(3 4\)">\s*<g clip-path="url\(#x1\)">/);
    expect(text).toMatch(/<g fill="#123456"[^>]*>\s*<rect x="1"/);
  });

  it('has texts as texts, with their font', () => {
    const svg = new SvgCanvas(20, 10);
    svg.font = '600 11px "Segoe UI", Arial';
    svg.fillText('</text><script>alert(1)</script>', 1, 2);
    const text = svg.toSvg('<b>', '"');
    expect(text).toContain('font-family="&quot;Segoe UI&quot;, Arial" font-size="11" font-weight="600"');
    expect(text).toContain('>&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;</text>');
    expect(text).toContain('<title>&lt;b&gt;</title>');
    expect(text).not.toContain('<script');
  });

  it('takes colours only', () => {
    const svg = new SvgCanvas(20, 10);
    svg.fillStyle = '"/><script>';
    svg.fillRect(0, 0, 1, 1);
    expect(svg.toSvg('t', 'd')).toContain('<g fill="none"');
  });

  it('fills with tiles', () => {
    const svg = new SvgCanvas(20, 10);
    svg.fillStyle = svg.tile(8, 3, (tile) => {
      tile.fillStyle = '#111111';
      tile.fillRect(0, 0, 8, 8);
    });
    svg.fillRect(0, 0, 20, 10);
    const text = svg.toSvg('t', 'd');
    expect(text).toMatch(/<pattern id="x1" width="8" height="8"[^>]*translate\(3 0\)"><g fill="#111111"/);
    expect(text).toContain('<g fill="url(#x1)"');
  });
});
