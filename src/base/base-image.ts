// The image that ours are built on unless the setting `image.base` says otherwise.

export const baseImage = 'node:24-trixie-slim';
