/** How wide a picture is asked for, in pixels. There are few widths, so that those who watch the same camera share its pictures. */
export const NARROW_PX = 320;
export const MASKED_PX = 640;
export const UNMASKED_PX = 1280;

/** A narrow picture costs the eyes a fifth less; so much wider than it is, it may be shown. */
const STRETCH = 1.5;

/** The width of a masked picture for the place where it is shown. @param {Element} box */
export const maskedPx = (box) => (box.clientWidth * devicePixelRatio > NARROW_PX * STRETCH ? MASKED_PX : NARROW_PX);
