// Gives tests what `npm test` has held back from the start of their processes (all.mjs): what they start may need it.

const { CERTIFICATES_OF_HOST: certificates } = process.env;
if (certificates !== undefined) process.env['NODE_EXTRA_CA_CERTS'] = certificates;
