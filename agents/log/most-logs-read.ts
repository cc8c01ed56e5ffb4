/** Containers whose logs one run reads of its own accord; those left out are told as a gap. */
export const mostLogsRead = 20
