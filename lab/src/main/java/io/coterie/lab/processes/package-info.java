/** Commands as processes of their own, for demonstrations, measurements and fault injection. */
package io.coterie.lab.processes;
