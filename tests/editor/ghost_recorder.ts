// Notes inside the page, each time the editor draws, what stands on the cursor's line and which ghost text goes on there.
// Nothing asks the page while somebody types: what was seen is fetched afterwards, with times of the page's own clock.
import type { Page } from 'playwright-core';

export interface Frame {
  /** Milliseconds since 1970, with fractions. */
  readonly at: number;
  /** The cursor's line, from 1. */
  readonly line: number;
  /** Its text without ghost text. */
  readonly text: string;
  /** What is suggested from there on; lines after the first are preceded by a line break. */
  readonly ghost: string;
}

interface Recording {
  readonly frames: Frame[];
  readonly observer: MutationObserver;
}

/** Starts to note what the active editor draws. */
export async function startRecording(page: Page): Promise<void> {
  await page.evaluate(() => {
    const found = document.querySelector('.editor-group-container.active .monaco-editor') ?? document.querySelector('.editor-instance .monaco-editor');
    if (found === null) throw new Error('there is no editor to watch');
    const editor: Element = found;
    const frames: Frame[] = [];
    // VS Code draws spaces as no-break spaces and puts invisible marks between.
    const plain = (text: string): string => text.replaceAll('\u00a0', ' ').replace(/[\u200b-\u200d\u2066-\u2069]/gu, '');
    const isGhost = (element: Element): boolean => [...element.classList].some((name) => name.startsWith('ghost-text-decoration'));

    function read(): void {
      const cursor = editor.querySelector<HTMLElement>('.cursors-layer .cursor');
      const number = editor.querySelector('.line-numbers.active-line-number')?.textContent;
      if (cursor === null || number === undefined) return;
      const top = cursor.style.top;
      const drawn = [...editor.querySelectorAll<HTMLElement>('.view-lines > .view-line')].find((line) => line.style.top === top);
      if (drawn === undefined) return;
      let text = '';
      let ghost = '';
      for (const span of drawn.querySelectorAll(':scope > span > span')) {
        if (isGhost(span)) ghost += span.textContent;
        else text += span.textContent;
      }
      for (const below of editor.querySelectorAll('.view-zones .suggest-preview-text > .view-line')) ghost += `\n${below.textContent}`;
      const frame = { at: performance.timeOrigin + performance.now(), line: Number(number), text: plain(text), ghost: plain(ghost) };
      const last = frames.at(-1);
      if (last?.line !== frame.line || last.text !== frame.text || last.ghost !== frame.ghost) frames.push(frame);
    }

    const observer = new MutationObserver(read);
    observer.observe(editor, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['class', 'style'] });
    (window as unknown as { recording?: Recording }).recording = { frames, observer };
    read();
  });
}

/** Stops, and returns what was seen in order. */
export async function stopRecording(page: Page): Promise<readonly Frame[]> {
  return page.evaluate(() => {
    const { recording } = window as unknown as { recording?: Recording };
    recording?.observer.disconnect();
    return recording?.frames ?? [];
  });
}
