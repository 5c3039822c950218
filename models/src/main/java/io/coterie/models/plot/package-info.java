/** Curves as SVG, for results that people look at. Pure: from numbers to text. */
package io.coterie.models.plot;
