// Where the files of an image of ours are kept, below the directory of the images.

export const directoryOfTag = (tag: string): string => tag.replaceAll(/[^A-Za-z0-9._-]/g, '-');
