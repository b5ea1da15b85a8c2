import { useState } from 'react';
import { LOOKS, type Look } from './looks';
import { PARTS } from './parts';

function Pane({ look, part }: { look: Look; part: string }) {
  const Part = PARTS[part];
  return (
    <div className="pane" data-color-scheme={look.scheme} data-contrast={look.contrast ? 'more' : 'normal'}>
      <p className="caption">{look.id}</p>
      {Part && <Part />}
    </div>
  );
}

/** Every part of the window in every look, for those who build it. Words stay in the language of `?lang=`. */
export function Gallery() {
  const [only, setOnly] = useState(() => decodeURIComponent(window.location.hash.slice(1)));
  const names = Object.keys(PARTS).filter((name) => !(only in PARTS) || name === only);
  return (
    <div className="gallery">
      <header>
        <h1>Gallery of parts</h1>
        <nav aria-label="Parts">
          {['', ...Object.keys(PARTS)].map((name) => (
            <a key={name} href={`#${encodeURIComponent(name)}`} aria-current={name === only || undefined} onClick={() => setOnly(name)}>
              {name || 'All'}
            </a>
          ))}
        </nav>
      </header>
      {names.map((name) => (
        <section key={name} aria-label={name} data-testid={`part-${name}`}>
          <h2>{name}</h2>
          <div className="panes">
            {LOOKS.map((look) => (
              <Pane key={look.id} look={look} part={name} />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}
