/** What the commands say of themselves, for shells and for the manual. Knows no command by name. */
package io.coterie.cli.help;
