"use strict";

// Loaded before Node-RED's validator, which ends where the catalogue of all nodes cannot be reached: it is then an
// empty one, so that all other checks are made. What depends on it, names that others use too, is said to be unchecked.
const axios = require(require.resolve("axios", { paths: [require.resolve("node-red-dev")] }));

const CATALOGUE = "https://catalogue.nodered.org/catalogue.json";
const get = axios.get;

axios.get = async (address, ...rest) => {
  try {
    return await get(address, ...rest);
  } catch (error) {
    if (address !== CATALOGUE) {
      throw error;
    }
    console.log(`unchecked: ${CATALOGUE} cannot be reached (${error.code})`);
    return { data: { modules: [] } };
  }
};
