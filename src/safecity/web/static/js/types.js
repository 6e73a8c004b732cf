/**
 * The shapes that come over the wire, for the editor and the type checker. Nothing here runs.
 *
 * @typedef {{lat: number, lon: number}} Place
 * @typedef {{id: string, name: string, roles: string[], bureau: string|null, csrf: string}} Me
 * @typedef {{code: string, name: string, polygon: number[][]}} Bureau
 * @typedef {{id: string, name: string, bureau: string, place: Place, bearing_deg: number, view_deg: number,
 *   range_m: number, state: string, reason: string, since: string}} Camera
 * @typedef {{id: string, reference: string, kind: string, title: string, priority: number, state: string,
 *   source: string, camera: string|null, cameras: string[], place: Place|null, place_name: string, bureau: string,
 *   count: number, raised_at: string, last_at: string, due_at: string|null, acknowledged_by: string|null,
 *   acknowledged_at: string|null, dismissed_reason: string|null, incident: string|null, snapshot: string|null,
 *   details: string}} Alert
 * @typedef {{id: string, reference: string, kind: string, title: string, priority: number, state: string,
 *   place: Place|null, place_name: string, bureau: string, declared_at: string, dispatched_at: string|null,
 *   on_scene_at: string|null, resolved_at: string|null, closed_at: string|null, owner: string, alerts: string[],
 *   cameras: string[], units: {unit: string, call_sign: string, state: string}[],
 *   notes: {at: string, by: string, text: string}[], moves: string[], merged_into: string|null}} Incident
 * @typedef {{id: string, number: number, call_sign: string, kind: string, bureau: string, status: string,
 *   place: Place|null, seen_at: string|null, officers: {id: string, name: string}[], assignment: string|null,
 *   incident: string|null, on_shift: boolean}} Unit
 * @typedef {{unit: Unit, distance_m: number|null, reason: string}} Near
 * @typedef {{name: string, center: number[], zoom: number, timezone: string, tiles?: string}} City
 * @typedef {{per_10_min: number, buckets: number[]}} Load
 * @typedef {{key: string, isNew: boolean, group: string, priority: number, at: number, due: number|null,
 *   title: string, place: string, by: string, byIcon: string, mine: boolean, bureau: string,
 *   alert: Alert|null, incident: Incident|null}} Item   One row of the queue: an alert or an incident.
 */
export {};
