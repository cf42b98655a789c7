import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { HttpServer } from './http-server.ts';

const DESCRIPTION = `Send a recording, get who said what.

Every request under /api/v1 carries an API key in the header \`X-API-Key\`. Every error is \`{"detail": "…"}\` with a
code in the header \`X-Error-Code\`; every answer has an \`X-Request-Id\` to report when something is wrong.`;

/**
 * Writes the OpenAPI document from the schemas of the routes added after this, at /openapi.json, and shows it as a page
 * at /docs. The page loads nothing from elsewhere.
 */
export async function describeApi(server: HttpServer, about: { version: string }): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Icana Transcription API', version: about.version, description: DESCRIPTION },
      components: { securitySchemes: { apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' } } },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await server.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { url: '/openapi.json', docExpansion: 'list', tryItOutEnabled: true, validatorUrl: null },
  });
  server.get('/openapi.json', { schema: { tags: ['service'], summary: 'This document' } }, () =>
    server.swagger(),
  );
}
