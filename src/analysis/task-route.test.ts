import { expect, it } from 'vitest';
import { taskRoute } from './task-route.ts';

it.each([
  ['GET /orders/17', 'GET /orders/:id'],
  ['GET /orders/17/lines/3', 'GET /orders/:id/lines/:id'],
  ['PUT /users/0b6a6f8e-3a5c-4a3d-9c58-5f2f3f1f9c11', 'PUT /users/:id'],
  ['GET /blobs/5f2f3f1f9c11aa', 'GET /blobs/:id'],
  ['GET /', 'GET /'],
  ['GET /v2/face', 'GET /v2/face'],
  ['GET /orders/:id', 'GET /orders/:id'],
  ['job 17/18', 'job 17/18'],
  ['', ''],
])('the route of %j is %j', (name, route) => expect(taskRoute(name)).toBe(route));
